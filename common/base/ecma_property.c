#include <string.h>

#include "base/buf.h"
#include "base/ecma_property.h"

struct names {
	const char	*brief, *full;
};

/* General_Category; what PCRE2 knows are the brief names. */
static const struct names categories[] = {
	{ "C", "Other" }, { "Cc", "Control" }, { "Cc", "cntrl" },
	{ "Cf", "Format" }, { "Cn", "Unassigned" }, { "Co", "Private_Use" },
	{ "Cs", "Surrogate" }, { "L", "Letter" }, { "LC", "Cased_Letter" },
	{ "Ll", "Lowercase_Letter" }, { "Lm", "Modifier_Letter" },
	{ "Lo", "Other_Letter" }, { "Lt", "Titlecase_Letter" },
	{ "Lu", "Uppercase_Letter" }, { "M", "Mark" },
	{ "M", "Combining_Mark" }, { "Mc", "Spacing_Mark" },
	{ "Me", "Enclosing_Mark" }, { "Mn", "Nonspacing_Mark" },
	{ "N", "Number" }, { "Nd", "Decimal_Number" }, { "Nd", "digit" },
	{ "Nl", "Letter_Number" }, { "No", "Other_Number" },
	{ "P", "Punctuation" }, { "P", "punct" },
	{ "Pc", "Connector_Punctuation" }, { "Pd", "Dash_Punctuation" },
	{ "Pe", "Close_Punctuation" }, { "Pf", "Final_Punctuation" },
	{ "Pi", "Initial_Punctuation" }, { "Po", "Other_Punctuation" },
	{ "Ps", "Open_Punctuation" }, { "S", "Symbol" },
	{ "Sc", "Currency_Symbol" }, { "Sk", "Modifier_Symbol" },
	{ "Sm", "Math_Symbol" }, { "So", "Other_Symbol" }, { "Z", "Separator" },
	{ "Zl", "Line_Separator" }, { "Zp", "Paragraph_Separator" },
	{ "Zs", "Space_Separator" },
	{ NULL, NULL }
};

static const struct names binaries[] = {
	{ "ASCII", "ASCII" }, { "Alpha", "Alphabetic" }, { "Any", "Any" },
	{ "Assigned", "Assigned" }, { "AHex", "ASCII_Hex_Digit" },
	{ "Bidi_C", "Bidi_Control" }, { "Bidi_M", "Bidi_Mirrored" },
	{ "CI", "Case_Ignorable" }, { "Cased", "Cased" },
	{ "CWCF", "Changes_When_Casefolded" },
	{ "CWCM", "Changes_When_Casemapped" },
	{ "CWL", "Changes_When_Lowercased" },
	{ "CWKCF", "Changes_When_NFKC_Casefolded" },
	{ "CWT", "Changes_When_Titlecased" },
	{ "CWU", "Changes_When_Uppercased" }, { "Dash", "Dash" },
	{ "DI", "Default_Ignorable_Code_Point" }, { "Dep", "Deprecated" },
	{ "Dia", "Diacritic" }, { "Emoji", "Emoji" },
	{ "EComp", "Emoji_Component" }, { "EMod", "Emoji_Modifier" },
	{ "EBase", "Emoji_Modifier_Base" }, { "EPres", "Emoji_Presentation" },
	{ "ExtPict", "Extended_Pictographic" }, { "Ext", "Extender" },
	{ "Gr_Base", "Grapheme_Base" }, { "Gr_Ext", "Grapheme_Extend" },
	{ "Hex", "Hex_Digit" }, { "IDSB", "IDS_Binary_Operator" },
	{ "IDST", "IDS_Trinary_Operator" }, { "IDC", "ID_Continue" },
	{ "IDS", "ID_Start" }, { "Ideo", "Ideographic" },
	{ "Join_C", "Join_Control" }, { "LOE", "Logical_Order_Exception" },
	{ "Lower", "Lowercase" }, { "Math", "Math" },
	{ "NChar", "Noncharacter_Code_Point" }, { "Pat_Syn", "Pattern_Syntax" },
	{ "Pat_WS", "Pattern_White_Space" }, { "QMark", "Quotation_Mark" },
	{ "Radical", "Radical" }, { "RI", "Regional_Indicator" },
	{ "STerm", "Sentence_Terminal" }, { "SD", "Soft_Dotted" },
	{ "Term", "Terminal_Punctuation" }, { "UIdeo", "Unified_Ideograph" },
	{ "Upper", "Uppercase" }, { "VS", "Variation_Selector" },
	{ "space", "White_Space" }, { "XIDC", "XID_Continue" },
	{ "XIDS", "XID_Start" },
	{ NULL, NULL }
};

static const struct names scripts[] = {
	{ "Adlm", "Adlam" }, { "Aghb", "Caucasian_Albanian" },
	{ "Ahom", "Ahom" }, { "Arab", "Arabic" },
	{ "Armi", "Imperial_Aramaic" }, { "Armn", "Armenian" },
	{ "Avst", "Avestan" }, { "Bali", "Balinese" }, { "Bamu", "Bamum" },
	{ "Bass", "Bassa_Vah" }, { "Batk", "Batak" }, { "Beng", "Bengali" },
	{ "Berf", "Beria_Erfe" }, { "Bhks", "Bhaiksuki" },
	{ "Bopo", "Bopomofo" }, { "Brah", "Brahmi" }, { "Brai", "Braille" },
	{ "Bugi", "Buginese" }, { "Buhd", "Buhid" }, { "Cakm", "Chakma" },
	{ "Cans", "Canadian_Aboriginal" }, { "Cari", "Carian" },
	{ "Cham", "Cham" }, { "Cher", "Cherokee" }, { "Chrs", "Chorasmian" },
	{ "Copt", "Coptic" }, { "Cpmn", "Cypro_Minoan" }, { "Cprt", "Cypriot" },
	{ "Cyrl", "Cyrillic" }, { "Deva", "Devanagari" },
	{ "Diak", "Dives_Akuru" }, { "Dogr", "Dogra" }, { "Dsrt", "Deseret" },
	{ "Dupl", "Duployan" }, { "Egyp", "Egyptian_Hieroglyphs" },
	{ "Elba", "Elbasan" }, { "Elym", "Elymaic" }, { "Ethi", "Ethiopic" },
	{ "Gara", "Garay" }, { "Geor", "Georgian" }, { "Glag", "Glagolitic" },
	{ "Gong", "Gunjala_Gondi" }, { "Gonm", "Masaram_Gondi" },
	{ "Goth", "Gothic" }, { "Gran", "Grantha" }, { "Grek", "Greek" },
	{ "Gujr", "Gujarati" }, { "Gukh", "Gurung_Khema" },
	{ "Guru", "Gurmukhi" }, { "Hang", "Hangul" }, { "Hani", "Han" },
	{ "Hano", "Hanunoo" }, { "Hatr", "Hatran" }, { "Hebr", "Hebrew" },
	{ "Hira", "Hiragana" }, { "Hluw", "Anatolian_Hieroglyphs" },
	{ "Hmng", "Pahawh_Hmong" }, { "Hmnp", "Nyiakeng_Puachue_Hmong" },
	{ "Hung", "Old_Hungarian" }, { "Ital", "Old_Italic" },
	{ "Java", "Javanese" }, { "Kali", "Kayah_Li" }, { "Kana", "Katakana" },
	{ "Kawi", "Kawi" }, { "Khar", "Kharoshthi" }, { "Khmr", "Khmer" },
	{ "Khoj", "Khojki" }, { "Kits", "Khitan_Small_Script" },
	{ "Knda", "Kannada" }, { "Krai", "Kirat_Rai" }, { "Kthi", "Kaithi" },
	{ "Lana", "Tai_Tham" }, { "Laoo", "Lao" }, { "Latn", "Latin" },
	{ "Lepc", "Lepcha" }, { "Limb", "Limbu" }, { "Lina", "Linear_A" },
	{ "Linb", "Linear_B" }, { "Lisu", "Lisu" }, { "Lyci", "Lycian" },
	{ "Lydi", "Lydian" }, { "Mahj", "Mahajani" }, { "Maka", "Makasar" },
	{ "Mand", "Mandaic" }, { "Mani", "Manichaean" }, { "Marc", "Marchen" },
	{ "Medf", "Medefaidrin" }, { "Mend", "Mende_Kikakui" },
	{ "Merc", "Meroitic_Cursive" }, { "Mero", "Meroitic_Hieroglyphs" },
	{ "Mlym", "Malayalam" }, { "Modi", "Modi" }, { "Mong", "Mongolian" },
	{ "Mroo", "Mro" }, { "Mtei", "Meetei_Mayek" }, { "Mult", "Multani" },
	{ "Mymr", "Myanmar" }, { "Nagm", "Nag_Mundari" },
	{ "Nand", "Nandinagari" }, { "Narb", "Old_North_Arabian" },
	{ "Nbat", "Nabataean" }, { "Newa", "Newa" }, { "Nkoo", "Nko" },
	{ "Nshu", "Nushu" }, { "Ogam", "Ogham" }, { "Olck", "Ol_Chiki" },
	{ "Onao", "Ol_Onal" }, { "Orkh", "Old_Turkic" }, { "Orya", "Oriya" },
	{ "Osge", "Osage" }, { "Osma", "Osmanya" }, { "Ougr", "Old_Uyghur" },
	{ "Palm", "Palmyrene" }, { "Pauc", "Pau_Cin_Hau" },
	{ "Perm", "Old_Permic" }, { "Phag", "Phags_Pa" },
	{ "Phli", "Inscriptional_Pahlavi" }, { "Phlp", "Psalter_Pahlavi" },
	{ "Phnx", "Phoenician" }, { "Plrd", "Miao" },
	{ "Prti", "Inscriptional_Parthian" }, { "Rjng", "Rejang" },
	{ "Rohg", "Hanifi_Rohingya" }, { "Runr", "Runic" },
	{ "Samr", "Samaritan" }, { "Sarb", "Old_South_Arabian" },
	{ "Saur", "Saurashtra" }, { "Sgnw", "SignWriting" },
	{ "Shaw", "Shavian" }, { "Shrd", "Sharada" }, { "Sidd", "Siddham" },
	{ "Sidt", "Sidetic" }, { "Sind", "Khudawadi" }, { "Sinh", "Sinhala" },
	{ "Sogd", "Sogdian" }, { "Sogo", "Old_Sogdian" },
	{ "Sora", "Sora_Sompeng" }, { "Soyo", "Soyombo" },
	{ "Sund", "Sundanese" }, { "Sunu", "Sunuwar" },
	{ "Sylo", "Syloti_Nagri" }, { "Syrc", "Syriac" },
	{ "Tagb", "Tagbanwa" }, { "Takr", "Takri" }, { "Tale", "Tai_Le" },
	{ "Talu", "New_Tai_Lue" }, { "Taml", "Tamil" }, { "Tang", "Tangut" },
	{ "Tavt", "Tai_Viet" }, { "Tayo", "Tai_Yo" }, { "Telu", "Telugu" },
	{ "Tfng", "Tifinagh" }, { "Tglg", "Tagalog" }, { "Thaa", "Thaana" },
	{ "Thai", "Thai" }, { "Tibt", "Tibetan" }, { "Tirh", "Tirhuta" },
	{ "Tnsa", "Tangsa" }, { "Todr", "Todhri" }, { "Tols", "Tolong_Siki" },
	{ "Toto", "Toto" }, { "Tutg", "Tulu_Tigalari" }, { "Ugar", "Ugaritic" },
	{ "Vaii", "Vai" }, { "Vith", "Vithkuqi" }, { "Wara", "Warang_Citi" },
	{ "Wcho", "Wancho" }, { "Xpeo", "Old_Persian" },
	{ "Xsux", "Cuneiform" }, { "Yezi", "Yezidi" }, { "Yiii", "Yi" },
	{ "Zanb", "Zanabazar_Square" }, { "Zinh", "Inherited" },
	{ "Zyyy", "Common" }, { "Zzzz", "Unknown" }, { "Qaac", "Coptic" },
	{ "Qaai", "Inherited" },
	{ NULL, NULL }
};

static int
same(const char *name, const char *s, size_t len)
{

	return (strlen(name) == len && memcmp(name, s, len) == 0);
}

static const struct names *
find(const struct names *table, const char *s, size_t len)
{

	for (; table->brief != NULL; table++)
		if (same(table->brief, s, len) || same(table->full, s, len))
			return (table);
	return (NULL);
}

static int
put(struct buf *out, const char *before, const char *name)
{

	if (out != NULL) {
		buf_puts(out, before);
		buf_puts(out, name);
	}
	return (0);
}

static int
category(const struct names *n, struct buf *out)
{

	/* Of the category LC, PCRE2 has only Perl's name. */
	return (put(out, "", strcmp(n->brief, "LC") == 0 ? "L&" : n->brief));
}

/* Name=value. */
static int
valued(const char *s, size_t nlen, const char *value, size_t vlen,
    struct buf *out)
{
	const struct names *n;

	if (same("General_Category", s, nlen) || same("gc", s, nlen)) {
		n = find(categories, value, vlen);
		return (n == NULL ? -1 : category(n, out));
	}
	if ((n = find(scripts, value, vlen)) == NULL)
		return (-1);
	if (same("Script", s, nlen) || same("sc", s, nlen))
		return (put(out, "sc:", n->full));
	if (same("Script_Extensions", s, nlen) || same("scx", s, nlen))
		return (put(out, "scx:", n->full));
	return (-1);
}

int
ecma_property(const char *s, size_t len, struct buf *out)
{
	const char *equals = memchr(s, '=', len);
	const struct names *n;
	size_t nlen;

	if (equals != NULL) {
		nlen = (size_t)(equals - s);
		return (valued(s, nlen, equals + 1, len - nlen - 1, out));
	}
	if ((n = find(categories, s, len)) != NULL)
		return (category(n, out));
	/* Assigned is what is not unassigned. */
	if (same("Assigned", s, len))
		return (put(out, "", "^Cn"));
	if ((n = find(binaries, s, len)) != NULL)
		return (put(out, "", n->full));
	return (-1);
}
