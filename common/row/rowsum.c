#include "base/buf.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/sorter.h"
#include "row/canonical.h"
#include "row/rowsum.h"

struct rowsum {
	struct canonical	*canonical;
	struct sorter		*sorter;
	struct digest		*row, *all;
	struct buf		 b;
};

struct rowsum *
rowsum_new(struct canonical *c, size_t memory)
{
	struct rowsum *rs = mem_alloc(sizeof(*rs));

	rs->canonical = c;
	rs->sorter = sorter_new(memory);
	rs->row = digest_new();
	rs->all = digest_new();
	return (rs);
}

int
rowsum_add(struct rowsum *rs, const struct row *row, struct err *err)
{
	unsigned char md[DIGEST_SIZE];

	rs->b.len = 0;
	canonical_put(rs->canonical, row, &rs->b);
	digest_whole(rs->row, rs->b.s, rs->b.len, md);
	return (sorter_add(rs->sorter, md, sizeof(md), "", 0, err));
}

/* Append the line that stands for one row. */
static void
put_line(const char *md, struct buf *b)
{
	static const char digits[] = "0123456789abcdef";
	char *p = buf_need(b, DIGEST_HEX + 1);
	size_t i;

	for (i = 0; i < DIGEST_SIZE; i++) {
		*p++ = digits[(unsigned char)md[i] >> 4];
		*p++ = digits[(unsigned char)md[i] & 15];
	}
	*p = '\n';
	b->len += DIGEST_HEX + 1;
}

int
rowsum_end(struct rowsum *rs, char *hex, struct err *err)
{
	struct sorter_record rec;
	int rc;

	if (sorter_sort(rs->sorter, err) != 0)
		return (-1);
	while ((rc = sorter_next(rs->sorter, &rec, err)) > 0) {
		rs->b.len = 0;
		put_line(rec.key, &rs->b);
		digest_add(rs->all, rs->b.s, rs->b.len);
	}
	digest_hex(rs->all, hex);
	return (rc);
}

void
rowsum_free(struct rowsum *rs)
{

	if (rs == NULL)
		return;
	sorter_free(rs->sorter);
	digest_free(rs->row);
	digest_free(rs->all);
	buf_free(&rs->b);
	mem_free(rs);
}
