//! Why a chown or chmod behind COPY stays.

use crate::reasons::reasons;

reasons! {
    OWNER = "owner", "the owner is a variable, or written in a way that COPY has not";
    MODE = "mode", "COPY can give only a mode in octal digits, the same for files and folders";
    OLD_SYNTAX = "old-syntax", "nothing shows that the builder knows `COPY --chmod`";
    PATH = "path", "not one plain path is given to chown, or options that are not known";
    MAY_FAIL = "may-fail", "behind `;` or `||` the build goes on where chown fails";
    NOT_ROOT = "not-root", "only root can give files away, and the RUN may be that of another user, so that it fails";
    STORED_ANYWAY = "stored-anyway", "another command of the RUN changes the files, and stores them again";
    PART = "part", "only a part of what COPY brings gets the owner, or more than that";
    KIND_OF_COPY = "kind-of-copy", "the files come from an ADD, a here-document or another image, or have flags of their own";
    UNKNOWN_TARGET = "unknown-target", "a variable decides where a COPY writes";
    ACCOUNTS = "accounts", "a COPY into /etc may bring other users and groups";
    UNKNOWN_IMAGE = "unknown-image", "what the base image holds is not known";
    SYSTEM_FOLDER = "system-folder", "the base image may hold files there";
    NEW_PARENT = "new-parent", "COPY would make the folder above it, and give that away too";
    EARLIER_FILES = "earlier-files", "an earlier step may have written there";
    VOLUME = "volume", "builders differ in what becomes of files in a VOLUME";
    LINKS = "links", "busybox follows symbolic links, and whether there are some is not known";
    COMMENT_INSIDE = "comment-inside", "a comment inside of the RUN would lose its place";
    CONTINUED_END = "continued-end", "the instruction ends in a line continuation";
}
