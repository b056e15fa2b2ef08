//! Why development dependencies stay.

use crate::reasons::reasons;

reasons! {
    ONBUILD = "onbuild", "the instruction runs in the builds of others";
    UNREAD_CALL = "unread-call", "the call is not one that this pass can read";
    CONDITIONAL = "conditional", "something decides whether the install runs, or what follows when it fails";
    DECIDED = "decided", "a variable or a setting decides what is installed";
    NO_CONTEXT = "no-context", "the build context is not known";
    NO_MANIFEST = "no-manifest", "the context does not show the package.json that is installed from";
    UNKNOWN_NPM = "unknown-npm", "it is not known which npm runs, and with which word it is told";
    NEWER_YARN = "newer-yarn", "it is not known to be yarn 1";
    WORKSPACES = "workspaces", "the project has workspaces, each with dependencies of its own";
    SCRIPTS = "scripts", "a script of the project runs at the install, and may use development dependencies";
    USED_BY_PACKAGE = "used-by-package", "another package may use a development dependency";
    NOT_SHIPPED = "not-shipped", "nothing that ships takes the packages";
    FOR_DEVELOPMENT = "for-development", "the stage or the file is there for development";
    USED_LATER = "used-later", "a later step may use development dependencies";
    USED_AT_START = "used-at-start", "a container may use development dependencies";
    USED_FROM_OUTSIDE = "used-from-outside", "somebody may start a development dependency in a container";
    LOADED_BY_TEXT = "loaded-by-text", "what PHP takes from a development package is not named by its source";
    ASKED_FOR_AGAIN = "asked-for-again", "bundler asks for all groups of a Gemfile when a program starts";
    USED_BY_SOURCES = "used-by-sources", "a source of the project names what would be missing";
}
