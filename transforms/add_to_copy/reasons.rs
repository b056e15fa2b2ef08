//! Why an ADD stays.

use crate::reasons::reasons;

reasons! {
    ONBUILD = "onbuild", "the image holds the text of ONBUILD, and other builds bring the files";
    REMOTE = "remote", "the source is a URL or a repository, which COPY does not fetch";
    UNPACKING_FLAGS = "unpacking-flags", "a flag is given that COPY has not";
    HEREDOC = "heredoc", "the source is a here-document";
    VARIABLE = "variable", "a variable decides what the source is";
    NO_CONTEXT = "no-context", "ADD unpacks by content, not by name: the build context is needed to see the file";
    NOT_FOUND = "not-found", "the build context has no such file, or it cannot be told which";
    LINK = "link", "the source is a symbolic link, and may lead to an archive";
    ARCHIVE = "archive", "the file is an archive, which ADD unpacks";
    UNREAD_FILE = "unread-file", "the file is not text, and may be an archive";
}
