//! Why something of the context stays visible.

use crate::reasons::reasons;

reasons! {
    SHOWN_ON_PURPOSE = "shown-on-purpose", "a `!` of the ignore file shows it";
    COPIED_BY_NAME = "copied-by-name", "a COPY, ADD or bind mount names it";
    COPIED_BY_A_VARIABLE = "copied-by-a-variable", "a variable decides whether a COPY names it";
    SECRET_OF_A_FOLDER = "secret-of-a-folder", "it is a secret of a folder that a COPY names";
    NO_SOURCE_BESIDE = "no-source-beside", "a compiled file is all that there is of a module";
    NOT_OF_A_TOOL = "not-of-a-tool", "nothing beside it or in it tells that it is what a tool left";
    NOTHING_MAKES_IT = "nothing-makes-it", "no RUN makes it anew, so that the build may live on the copy";
    READ_BY_A_STEP = "read-by-a-step", "a RUN, CMD or ENTRYPOINT reads or names it";
    READ_BY_THE_SOURCES = "read-by-the-sources", "a manifest or script of the context tells that it is read";
}
