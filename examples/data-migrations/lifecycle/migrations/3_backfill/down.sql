-- With its checkpoint, so that it can be run from the beginning again.
UPDATE clients SET domain = NULL;
DELETE FROM rowpipe_checkpoints WHERE run = '3_backfill';
