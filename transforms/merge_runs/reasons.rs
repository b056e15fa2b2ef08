//! Why two RUN instructions stay apart.

use crate::reasons::reasons;

reasons! {
    KEPT = "kept", "a comment asks to leave it as it is";
    STAGE_DOES_NOT_SHIP = "stage-does-not-ship", "layers of a build stage reach nobody, so merging them saves nothing";
    EXEC_FORM = "exec-form", "an exec-form RUN has no shell to join it with";
    HEREDOC = "heredoc", "a here-document ends where its lines end";
    FOREIGN_SHELL = "foreign-shell", "the script is written for a shell that is not read";
    STARTUP_FILES = "startup-files", "the shell reads start-up files, or its options are not known";
    UNREAD_SCRIPT = "unread-script", "the script is not understood";
    BASH_SYNTAX = "bash-syntax", "bash and a POSIX shell read the script differently, and SHELL does not say which it is";
    DIFFERENT_FLAGS = "different-flags", "the two have different flags";
    FRESH_MOUNT = "fresh-mount", "a mount is empty or unchanged again for each RUN";
    FRESH_FILES = "fresh-files", "a file such as /etc/hosts or /dev/shm is made anew for each RUN";
    SHELL_STATE = "shell-state", "a change of directory, variables or options would leak into the second script";
    NO_EFFECT = "no-effect", "one of the two only changes its own shell, which ends with it";
    SHELL_OPTIONS = "shell-options", "the two set different shell options";
    EXITS = "exits", "the script leaves its shell before its end";
    ERREXIT = "errexit", "joined, a failing command would no longer stop the script, or stop it too early";
    BACKGROUND = "background-job", "a job in the background dies with its RUN";
    DAEMON = "daemon", "a started service dies with its RUN";
    DIRECTORY_REMOVED = "directory-removed", "the first removes the folder that the second starts in";
    COMMENTED_OUT = "commented-out", "an instruction that is commented out stands between, and has no place inside RUN";
    SHELL_REPLACED = "shell-replaced", "the first replaces the shell, and the second wants the new one";
    TOOL_REPLACED = "tool-replaced", "the first replaces a program whose old path its shell remembers";
    LOOKS_BACK = "looks-back", "the second looks at what happened before in the same shell";
    COMMENT_SWALLOWS = "comment-swallows", "a comment runs on over the next line";
    LINT_COMMENT = "lint-comment", "a comment for a linter or formatter speaks of the second, and would lose its place";
    CONTINUED_END = "continued-end", "the instruction ends in a line continuation";
    NOT_LOGICAL = "not-logical", "the policy merges only installs of one package manager, and a clean-up with what it cleans";
    HEREDOC_STYLE = "heredoc-style", "the merged script cannot be written as one command a line";
}
