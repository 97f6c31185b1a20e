#!/bin/sh
# remap [FILE ...] - old values become new ones
#
# A value that is not in the map stays; remap_ci takes it in any case.
exec row-map '
	remap("status"; {A: "ACTIVE", I: "INACTIVE"})
	| remap_ci("houses"; {placidus: "PLACIDUS", "whole sign": "WHOLE_SIGN"})
' "$@"
