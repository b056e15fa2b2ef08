//! Why an install stays behind a COPY of more than it reads.

use crate::reasons::reasons;

reasons! {
    NO_CONTEXT = "no-context", "the build context is needed to see the manifests, with every source in it";
    KIND_OF_COPY = "kind-of-copy", "a COPY has variables, flags or sources that cannot be followed";
    SYSTEM_FOLDER = "system-folder", "the files are copied to where programs and their configuration lie, or it is not known where";
    NEW_FOLDER = "new-folder", "COPY makes the folder, with the mode or owner that it has in the context";
    RELATIVE_TARGET = "relative-target", "a WORKDIR between decides where COPY writes";
    COPIES_OVERLAP = "copies-overlap", "another COPY between them writes the same files, or may do so";
    STEP_BETWEEN = "step-between", "a step between may read what is copied";
    CONTINUED_END = "continued-end", "an instruction ends in a line continuation";
    RUN_FLAGS = "run-flags", "the RUN has mounts or other flags that show it more";
    ANOTHER_COMMAND = "another-command", "another command of the RUN may read what is copied";
    UNREAD_CALL = "unread-call", "the call has variables, options or files that are not known";
    ENVIRONMENT = "environment", "a variable or a setting leads the package manager to files that are copied";
    NAMES_PACKAGES = "names-packages", "the call adds packages to the manifest, and the COPY behind it would take them out again";
    NAMES_FILES = "names-files", "the call names files or folders that are copied";
    NO_MANIFEST = "no-manifest", "the manifest is not in the context, or not where the install looks";
    UNREAD_MANIFEST = "unread-manifest", "a manifest cannot be read, or has lines that are not known";
    LOCAL_DEPENDENCY = "local-dependency", "a manifest names a file or folder of the project";
    SCRIPTS = "scripts", "the install runs scripts of the project";
    READS_MORE = "reads-more", "the package manager, or a package, reads other files of the project";
    INSTALLS_PROJECT = "installs-project", "the install builds the project itself, which reads all of it";
    SETTINGS_ABOVE = "settings-above", "a file in a folder above has a say in the install";
    COREPACK = "corepack", "corepack writes the version that it takes into package.json";
    LOCKFILE = "lockfile", "the install may write the lockfile, and the COPY behind it would undo that";
    NOT_HIDDEN = "not-hidden", "COPY would bring a folder that the install fills";
    NO_DOWNLOAD = "no-download", "the build tool has no step that only downloads";
    NO_STAND_IN = "no-stand-in", "no source without content can stand in for those that the build wants";
    NOTHING_TO_DOWNLOAD = "nothing-to-download", "the project names no dependency that could be downloaded first";
    CACHE_REMOVED = "cache-removed", "a later command removes what is downloaded, and it would stay in the layer of the download";
    UNSUPPORTED = "unsupported", "what this package manager reads is not known";
}
