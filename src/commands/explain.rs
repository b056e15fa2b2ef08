//! `dockslim explain`: the documentation of the passes.

use dockslim_transforms::{PIPELINE, Transform};

use super::passes;
use crate::args::ExplainArgs;
use crate::error::Error;
use crate::report::{Output, Palette, page};

const PASSES: &str = "\
# How dockslim works

A pass reads a Dockerfile and proposes rewrites. The passes run one after the other, each until it
finds nothing more; after each round the text is read again, so that a pass sees what the last one
wrote. Bytes that no rewrite is about stay as they are.

# Levels

Each rewrite has a level, found case by case:

- `safe`: the image behaves the same and holds the same files, less known junk. Applied always.
- `review`: right for what the file shows, but it rests on something outside of it. Applied with
  `--review`.
- `suggestion`: changes what the image is. Applied with `--suggestions`.

The levels of a pass, in the list below, are those that its rewrites can have.

What a pass cannot prove it leaves alone; `dockslim fix --explain-declines` says where and why.
A comment `# dockslim: keep PASS` above an instruction leaves it as it is.
`dockslim explain PASS` shows the documentation of a pass.

# Passes

";

pub(super) fn run(args: &ExplainArgs, output: &mut Output) -> Result<(), Error> {
    let palette = output.palette;
    let pass = PIPELINE.iter().find(|pass| args.pass.as_deref() == Some(pass.name));
    let text = match pass {
        Some(pass) => explain(pass, &palette),
        None => page(PASSES, &palette) + &passes::list(PIPELINE, "  ", &palette),
    };
    output.print(&text)
}

fn explain(pass: &Transform, palette: &Palette) -> String {
    let head = format!("# {}\n\nLevels: {}\n\n", pass.name, pass.levels());
    page(&(head + &pass.documentation()), palette)
}
