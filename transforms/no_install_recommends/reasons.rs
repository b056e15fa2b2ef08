//! Why an install keeps its recommendations.

use crate::reasons::reasons;

reasons! {
    STAGE_DOES_NOT_SHIP = "stage-does-not-ship", "layers of a build stage reach nobody, so a smaller install saves nothing";
    ONBUILD = "onbuild", "the instruction runs in the builds of others";
    ASKED_FOR = "asked-for", "the author asks for recommendations";
    CONFIG_FILE = "config-file", "a configuration file may say already what becomes of recommendations";
    NO_PACKAGES = "no-packages", "the call names no package and only mends what is there";
    BUILD_DEPENDENCIES = "build-dependencies", "what a source package needs to be built is not listed in the file";
    UNKNOWN_WORDS = "unknown-words", "a variable may hold the flag already, or packages";
    UNKNOWN_PACKAGE = "unknown-package", "it is not known what the package recommends";
    WHOLE = "whole", "the package is little without what it recommends";
    NATIVE_CODE = "native-code", "it recommends what later installs may build native code with";
    UNKNOWN_SCRIPT = "unknown-script", "a script that is not in the file may use what is recommended";
    REMOVED_LATER = "removed-later", "a later step removes the package, and what would be added for it would stay";
}
