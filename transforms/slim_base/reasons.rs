//! Why a stage keeps its base image.

use crate::reasons::reasons;

reasons! {
    VARIABLE = "variable", "a variable decides which image it is, and it is more, or read by more, than the tag of this FROM";
    DIGEST = "digest", "a digest names one image for good";
    NO_FORM = "no-slim-form", "the official library has no slim form of the image";
    UNKNOWN_TAG = "unknown-tag", "no other form of this tag is known";
    VERSION_DRIFT = "version-drift", "the slim tag is of another version by now";
    OTHER_DISTRIBUTION = "other-distribution", "the slim tag stands on another distribution, or on another release of it";
    UNKNOWN_SUITE = "unknown-suite", "nobody knows which releases of the distribution the two tags stand on";
    NOT_SHIPPED = "stage-does-not-ship", "the layers of the stage reach nobody";
    ONBUILD = "onbuild", "the stage runs instructions in the builds of others";
    COMPILER = "compiler", "the stage compiles; that is better done in a stage of its own";
    NO_CONTEXT = "no-context", "the stage copies files, and the build context is needed to see what they call";
    UNREAD_SCRIPT = "unread-script", "a script is not understood";
    UNKNOWN_SCRIPT = "unknown-script", "the stage runs a script that is not in the build context";
    UNREAD_INSTALL = "unread-install", "what an install needs is not known";
    COMPILED_PACKAGE = "compiled-package", "a package is compiled when it is installed, or may be";
    SYSTEM_PACKAGE = "system-package", "a package needs programs or libraries of the full image";
    LOCAL_PROJECT = "local-project", "an install builds a project, and what that needs is not known";
    MAN_PAGES = "man-pages", "an install fails where the folders of manual pages are missing, as in slim images";
    DOCUMENTATION = "documentation", "the stage uses documentation or translations, which slim images leave out";
    COPIED_PROGRAMS = "copied-programs", "programs come from another stage or image, and may need libraries of the full image";
    LIBRARY = "library", "the stage names a library or a header, and the slim image may lack it";
    REMOVAL = "removal", "packages of the full image are removed, and apt fails where they are not there";
    MIRRORS = "mirrors", "packages would have to be installed, and it is not known that Debian's mirrors give them there";
    LOCAL_ARCHIVE = "local-archive", "a package file is installed, and what it depends on is not known";
    JDK = "jdk", "the stage uses programs of the development kit";
    CONFIGURATION = "configuration", "the image's own command differs, and the stage has none";
}
