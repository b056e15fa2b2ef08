//! Why compilers stay in an image.

use crate::reasons::reasons;

reasons! {
    STAGE_DOES_NOT_SHIP = "stage-does-not-ship", "layers of a build stage reach nobody, so smaller ones save nothing";
    ONBUILD = "onbuild", "the instruction runs in the builds of others";
    NOTHING_BUILT = "nothing-built", "the RUN installs a compiler and builds nothing with it: another layer does, or somebody who uses the image";
    LAYOUT = "layout", "the commands of the RUN are not one chain of `&&`, or a condition decides about the install";
    UNKNOWN_WORDS = "unknown-words", "a variable may hold packages";
    UNKNOWN_BASE = "unknown-base", "it is not known what the base image holds already";
    NOT_ROOT = "not-root", "it is not sure that root runs the RUN";
    THERE_BEFORE = "there-before", "an earlier layer may hold the tools already, and a removal would not make it smaller";
    OTHER_CHANGES = "other-changes", "the stage updates packages or removes some, and a clean-up may take more than the tools";
    KEPT = "kept", "another package needs a compiler, so that it would stay, or what is built needs what comes along with one";
    USED_LATER = "used-later", "a later step, or what a container runs, uses the tools or may build with them";
    UNKNOWN_SCRIPT = "unknown-script", "a script that was not read may use the tools";
    FOR_PEOPLE = "for-people", "the image starts a shell, or whatever its base starts, and people may compile in it";
    COPIED = "copied", "another stage copies system folders of this one";
}
