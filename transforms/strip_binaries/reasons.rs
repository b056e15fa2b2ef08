//! Why a binary keeps its symbols.

use crate::reasons::reasons;

reasons! {
    NOT_USED = "not-used", "nothing takes files from the stage, so nobody gets the binary";
    ONBUILD = "onbuild", "the instruction runs in the builds of others";
    EXEC_FORM = "exec-form", "the compiler is called in the exec form, which is left as it is";
    NO_ARTEFACT = "no-artefact", "the call compiles packages and keeps no binary, or a tool that only the build uses";
    BUILD_MODE = "build-mode", "what is built is no program";
    DEBUGGING = "debugging", "the file shows that somebody looks at the symbols";
    STRIPPED = "stripped", "the author strips the binary in a later command";
    ELSEWHERE = "flags-elsewhere", "a variable gives linker flags to all calls, which a flag of the call would hide";
    UNKNOWN_WORDS = "unknown-words", "a variable may hold the linker flags already";
}
