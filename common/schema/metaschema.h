/*
 * metaschema - the metaschemas of draft-07 and draft 2020-12
 *
 * What a schema of each draft may look like, as the specifications say, under
 * the URIs that they give.
 */
#ifndef ROWPIPE_SCHEMA_METASCHEMA_H
#define ROWPIPE_SCHEMA_METASCHEMA_H

/**
 * metaschema_text(uri):
 * Return the text of the metaschema called ${uri} (no fragment), or NULL.
 */
const char *metaschema_text(const char *uri);

#endif
