//! Why an install compiles as before.

use crate::reasons::reasons;

reasons! {
    NOT_USED = "not-used", "nothing takes files from the stage, so nobody gets the packages";
    ONBUILD = "onbuild", "the instruction runs in the builds of others";
    EXEC_FORM = "exec-form", "pip is called in the exec form, which is left as it is";
    BYTECODE = "bytecode", "the file shows that somebody decides about bytecode";
    UNKNOWN_WORDS = "unknown-words", "a variable may hold the verb or other flags";
}
