-- A theme is a word, not JSON with its quotes.  That config has none any more
-- cannot be asked here: "row-migrate verify" runs this also when config is
-- gone.
SELECT count(*) = 0 FROM profiles WHERE theme LIKE '"%';
