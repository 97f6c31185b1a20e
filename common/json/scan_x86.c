/*
 * The engines for x86-64.  Everything is compiled for the plain processor
 * except the functions marked otherwise, which run only after asking it.
 */
#include "json/scan.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#include "base/utf8.h"
#include "json/scan_block.h"

/*
 * SSE2, which every x86-64 has: a block is four vectors of 16 bytes.
 */
static inline uint64_t
equal_sse2(const __m128i v[4], char c)
{
	const __m128i want = _mm_set1_epi8(c);
	uint64_t bits = 0;
	int i;

	for (i = 0; i < 4; i++)
		bits |= (uint64_t)(unsigned int)_mm_movemask_epi8(
		    _mm_cmpeq_epi8(v[i], want)) << 16 * i;
	return (bits);
}

static inline void
classify_sse2(const char *p, struct scan_bits *b)
{
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i control = _mm_set1_epi8(0x1f);
	__m128i v[4], low[4], high, special = _mm_setzero_si128();
	int i;

	high = special;
	for (i = 0; i < 4; i++) {
		v[i] = _mm_loadu_si128((const __m128i *)(const void *)
		    (p + 16 * i));
		low[i] = _mm_min_epu8(v[i], control);
		high = _mm_or_si128(high, v[i]);
		special = _mm_or_si128(special, _mm_or_si128(
		    _mm_cmpeq_epi8(v[i], backslash),
		    _mm_cmpeq_epi8(v[i], low[i])));
	}
	b->quote = equal_sse2(v, '"');
	b->high = _mm_movemask_epi8(high);
	b->backslash = b->control = 0;
	if (_mm_movemask_epi8(special) == 0)
		return;
	b->backslash = equal_sse2(v, '\\');
	for (i = 0; i < 4; i++)
		low[i] = _mm_subs_epu8(v[i], control);
	b->control = equal_sse2(low, 0);
}

static void
window_sse2(struct scan *sc, const char *s, size_t len, size_t from)
{
	static const struct scan_parts parts = {
		classify_sse2, scan_prefix_xor, scan_count, scan_lowest
	};

	scan_window(sc, s, len, from, &parts);
}

static int
utf8_sse2(const char *s, size_t len)
{

	return (utf8_check(s, len) == len);
}

static const struct scan_engine sse2 = { "sse2", window_sse2, utf8_sse2 };

const struct scan_engine *
scan_x86_sse2(void)
{

	return (&sse2);
}

/*
 * AVX2: two vectors of 32 bytes.
 */
#define AVX2 __attribute__((target("avx2,bmi,pclmul,popcnt")))

AVX2 static inline uint64_t
equal_avx2(__m256i v0, __m256i v1, char c)
{
	const __m256i want = _mm256_set1_epi8(c);

	return ((uint64_t)(uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(v0, want)) |
	    (uint64_t)(uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(v1, want)) << 32);
}

AVX2 static inline void
classify_avx2(const char *p, struct scan_bits *b)
{
	const __m256i backslash = _mm256_set1_epi8('\\');
	const __m256i control = _mm256_set1_epi8(0x1f);
	const __m256i v0 = _mm256_loadu_si256(
	    (const __m256i *)(const void *)p);
	const __m256i v1 = _mm256_loadu_si256(
	    (const __m256i *)(const void *)(p + 32));
	const __m256i least = _mm256_min_epu8(v0, v1);
	__m256i special;

	b->quote = equal_avx2(v0, v1, '"');
	b->high = _mm256_movemask_epi8(_mm256_or_si256(v0, v1));
	special = _mm256_or_si256(
	    _mm256_cmpeq_epi8(least, _mm256_min_epu8(least, control)),
	    _mm256_or_si256(_mm256_cmpeq_epi8(v0, backslash),
	    _mm256_cmpeq_epi8(v1, backslash)));
	b->backslash = b->control = 0;
	if (_mm256_movemask_epi8(special) == 0)
		return;
	b->backslash = equal_avx2(v0, v1, '\\');
	b->control = equal_avx2(_mm256_subs_epu8(v0, control),
	    _mm256_subs_epu8(v1, control), 0);
}

/* The same as scan_prefix_xor, by carryless multiplication with all ones. */
AVX2 static inline uint64_t
prefix_xor_avx2(uint64_t bits)
{

	return ((uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(
	    _mm_set_epi64x(0, (int64_t)bits), _mm_set1_epi8(-1), 0)));
}

AVX2 static inline unsigned int
count_avx2(uint64_t bits)
{

	return ((unsigned int)_mm_popcnt_u64(bits));
}

AVX2 static inline unsigned int
lowest_avx2(uint64_t bits)
{

	return ((unsigned int)_tzcnt_u64(bits));
}

AVX2 static void
window_avx2(struct scan *sc, const char *s, size_t len, size_t from)
{
	static const struct scan_parts parts = {
		classify_avx2, prefix_xor_avx2, count_avx2, lowest_avx2
	};

	scan_window(sc, s, len, from, &parts);
}

/*
 * UTF-8 by tables: the errors that two bytes in a row can make are each a bit,
 * and a pair is wrong when its first byte's high half, the first's low half
 * and the second's high half all have the same bit.  (Keiser and Lemire,
 * "Validating UTF-8 In Less Than One Instruction Per Byte", 2021.)
 */
enum {
	SHORT = 1,		/* lead byte, then no continuation */
	LONG = 2,		/* ASCII, then a continuation */
	OVERLONG3 = 4,		/* e0, then 80 to 9f */
	LARGE = 8,		/* beyond U+10FFFF: f4, then 90 or more, ... */
	SURROGATE = 16,		/* ed, then a0 to bf */
	OVERLONG2 = 32,		/* c0 or c1 */
	OVERLONG4 = 64,		/* f0, then 80 to 8f */
	LARGE8 = 64,		/* f5 to ff, then 80 to 8f */
	TWO = 128,		/* two continuations: right only as the last
				   bytes of three or four */
	ANY_LOW = SHORT | LONG | TWO
};

#define TABLE(...) _mm256_broadcastsi128_si256(_mm_setr_epi8(__VA_ARGS__))
#define BIT8(x) ((char)(x))

/* What is wrong with the 32 bytes ${now} that follow those in ${before}. */
AVX2 static inline __m256i
utf8_errors(__m256i now, __m256i before)
{
	const __m256i low_half = _mm256_set1_epi8(0x0f);
	const __m256i first_high = TABLE(
	    LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG,
	    BIT8(TWO), BIT8(TWO), BIT8(TWO), BIT8(TWO),
	    SHORT | OVERLONG2, SHORT, SHORT | OVERLONG3 | SURROGATE,
	    SHORT | LARGE | LARGE8 | OVERLONG4);
	const __m256i first_low = TABLE(
	    BIT8(ANY_LOW | OVERLONG2 | OVERLONG3 | OVERLONG4),
	    BIT8(ANY_LOW | OVERLONG2), BIT8(ANY_LOW), BIT8(ANY_LOW),
	    BIT8(ANY_LOW | LARGE), BIT8(ANY_LOW | LARGE | LARGE8),
	    BIT8(ANY_LOW | LARGE | LARGE8), BIT8(ANY_LOW | LARGE | LARGE8),
	    BIT8(ANY_LOW | LARGE | LARGE8), BIT8(ANY_LOW | LARGE | LARGE8),
	    BIT8(ANY_LOW | LARGE | LARGE8), BIT8(ANY_LOW | LARGE | LARGE8),
	    BIT8(ANY_LOW | LARGE | LARGE8),
	    BIT8(ANY_LOW | LARGE | LARGE8 | SURROGATE),
	    BIT8(ANY_LOW | LARGE | LARGE8), BIT8(ANY_LOW | LARGE | LARGE8));
	const __m256i second_high = TABLE(
	    SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,
	    BIT8(LONG | TWO | OVERLONG2 | OVERLONG3 | OVERLONG4 | LARGE8),
	    BIT8(LONG | TWO | OVERLONG2 | OVERLONG3 | LARGE),
	    BIT8(LONG | TWO | OVERLONG2 | SURROGATE | LARGE),
	    BIT8(LONG | TWO | OVERLONG2 | SURROGATE | LARGE),
	    SHORT, SHORT, SHORT, SHORT);
	const __m256i joint = _mm256_permute2x128_si256(before, now, 0x21);
	const __m256i back1 = _mm256_alignr_epi8(now, joint, 15);
	const __m256i back2 = _mm256_alignr_epi8(now, joint, 14);
	const __m256i back3 = _mm256_alignr_epi8(now, joint, 13);
	__m256i pair, must;

	pair = _mm256_and_si256(_mm256_shuffle_epi8(first_high,
	    _mm256_and_si256(_mm256_srli_epi16(back1, 4), low_half)),
	    _mm256_shuffle_epi8(first_low,
	    _mm256_and_si256(back1, low_half)));
	pair = _mm256_and_si256(pair, _mm256_shuffle_epi8(second_high,
	    _mm256_and_si256(_mm256_srli_epi16(now, 4), low_half)));
	/* A byte two behind e0 and up, or three behind f0 and up. */
	must = _mm256_or_si256(
	    _mm256_subs_epu8(back2, _mm256_set1_epi8((char)(0xe0 - 0x80))),
	    _mm256_subs_epu8(back3, _mm256_set1_epi8((char)(0xf0 - 0x80))));
	must = _mm256_and_si256(must, _mm256_set1_epi8(BIT8(TWO)));
	return (_mm256_xor_si256(must, pair));
}

AVX2 static int
utf8_avx2(const char *s, size_t len)
{
	__m256i now, before, errors;
	char tail[32] = { 0 };
	size_t i;

	before = errors = _mm256_setzero_si256();
	for (i = 0; len - i >= sizeof(tail); i += sizeof(tail)) {
		now = _mm256_loadu_si256((const __m256i *)(const void *)
		    (s + i));
		errors = _mm256_or_si256(errors, utf8_errors(now, before));
		before = now;
	}
	/* The zeros behind the end show a sequence that is cut off. */
	memcpy(tail, s + i, len - i);
	now = _mm256_loadu_si256((const __m256i *)(const void *)tail);
	errors = _mm256_or_si256(errors, utf8_errors(now, before));
	return (_mm256_testz_si256(errors, errors));
}

static const struct scan_engine avx2 = { "avx2", window_avx2, utf8_avx2 };

const struct scan_engine *
scan_x86_avx2(void)
{

	__builtin_cpu_init();
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
	    !__builtin_cpu_supports("popcnt") ||
	    !__builtin_cpu_supports("pclmul"))
		return (NULL);
	return (&avx2);
}

#else /* not x86-64 */

const struct scan_engine *
scan_x86_sse2(void)
{

	return (NULL);
}

const struct scan_engine *
scan_x86_avx2(void)
{

	return (NULL);
}

#endif
