#!/bin/sh
# copy [FILE ...] - clients log in with their e-mail address from now on
#
# The copy is made before the original is changed: the order of the steps is
# the order in which they stand.
exec row-map 'copy_field("email"; "login") | .login |= downcase' "$@"
