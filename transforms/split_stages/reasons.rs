//! Why a stage stays whole.

use crate::reasons::reasons;

reasons! {
    NO_COMMAND = "no-command", "the file does not say what the container starts, so it cannot be told what it needs";
    UNREAD_COMMAND = "unread-command", "what the container starts cannot be read";
    RUNS_TOOLCHAIN = "runs-toolchain", "the container itself compiles when it starts";
    ONBUILD = "onbuild", "the stage holds instructions for the builds of others";
    SHELL = "shell", "the steps run in another shell, or are not understood";
    UNREAD_SCRIPT = "unread-script", "a script is not understood";
    UNREAD_COPY = "unread-copy", "what a COPY or ADD brings, or where to, is not known";
    UNKNOWN_FOLDER = "unknown-folder", "the folder that the container starts in is not known";
    UNKNOWN_COMMAND = "unknown-command", "what a command leaves in the image is not known";
    NOT_AGAIN = "not-again", "the new stage would have to do a command again that is not known to do the same there";
    NO_CONTEXT = "no-context", "the build context is not known, and only it shows which files are no sources";
    NO_ARTEFACT = "no-artefact", "what the container starts is nothing that a step is known to build";
    FOREIGN_SOURCES = "foreign-sources", "sources are fetched in the build, and what of them the program reads later is not known";
    PACKAGES = "packages", "the program may need packages of the system that its new base has not";
    LANGUAGES = "languages", "a second language is installed, whose files the program may need";
    DEVELOPMENT = "development", "the container may use development dependencies, or nobody can take them away as they were installed";
    VOLUME = "volume", "a VOLUME stands in front of a RUN, and builders differ in what is written there";
    STATIC_SERVER = "static-server", "what a server of static files is told is more than nginx is known to do alike";
    UNKNOWN_RUNTIME = "unknown-runtime", "what programs of this toolchain need to run is not known yet";
    OWNERS = "owners", "files in a folder that moves belong to different users";
    LINKS = "links", "a link would move by its name, and a COPY takes what it leads to";
    MODES = "modes", "a folder has a mode that a COPY does not take along";
    LAYOUT = "layout", "the stage cannot be cut in two without touching more";
}
