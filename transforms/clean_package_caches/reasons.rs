//! Why a leftover stays where it is.

use crate::reasons::reasons;

reasons! {
    STAGE_DOES_NOT_SHIP = "stage-does-not-ship", "layers of a build stage reach nobody, so cleaning them saves nothing";
    ONBUILD = "onbuild", "the instruction runs in the builds of others";
    EXEC_FORM = "exec-form", "an exec-form RUN has no shell that could run one more command";
    FOREIGN_SHELL = "foreign-shell", "the script is written for a shell that is not read";
    UNREAD_SCRIPT = "unread-script", "the script is not understood";
    QUOTED_SCRIPT = "quoted-script", "the install stands in a quoted script, which is left as it is";
    LEFT_ALONE = "left-alone", "programs use what would be removed, or its removal frees little";
    UNKNOWN_PLACE = "unknown-place", "where it lies is not known for this base image";
    NO_REMEDY = "no-remedy", "no way to remove it is known for this base image";
    ONLY_UPDATES = "only-updates", "the index is fetched and nothing installed from it, so the update itself can go";
    CACHE_MOUNT = "cache-mount", "it lies in a mount and never reaches the layer";
    ELSEWHERE = "cache-elsewhere", "a variable or a flag puts it elsewhere";
    CONFIG_FILE = "config-file", "a configuration file may put it elsewhere or switch it off";
    NEEDED_LATER = "needed-later", "a later step reads it";
    EARLIER_LAYER = "earlier-layer", "an earlier RUN has filled it, and what it left stays in that layer";
    UNKNOWN_SCRIPT = "unknown-script", "a later step runs a script that may read it";
    RUN_TIME = "needed-at-run-time", "a container may read it";
    UNKNOWN_WORDS = "unknown-words", "a variable may hold the flag already, or another verb";
    OTHER_USER = "other-user", "the caches of another user lie in another home";
    OTHER_OWNER = "other-owner", "an earlier step filled it as another user, so its removal may fail";
    CONDITIONAL = "conditional", "the package manager may not be there when its own clean-up would run";
    TOOL_GONE = "tool-gone", "the script removes or replaces the package manager";
    RELATIVE_PROGRAM = "relative-program", "the program is found only from the directory in which it was called";
    LEAVES_EARLY = "leaves-early", "the script leaves its shell before its end";
    BACKGROUND = "background-job", "the script ends in a job in the background";
    ERREXIT = "errexit", "with one more command a failure would no longer stop the script";
    NO_MOUNT = "no-mount", "a cache mount would change more than the cache, so the cache is removed instead";
    HEREDOC = "heredoc", "a here-document ends where its lines end";
}
