//! `dockslim config`: what is configured for a Dockerfile, and where.

use crate::args::ShowConfigArgs;
use crate::config::{self, Configurations};
use crate::error::Error;
use crate::report::Output;

pub(super) fn run(args: &ShowConfigArgs, output: &mut Output) -> Result<(), Error> {
    if args.schema {
        return output.print(&format!("{:#}\n", config::schema()));
    }
    let configurations = Configurations::new(&args.config, Vec::new())?;
    for warning in &configurations.warnings {
        output.warning(warning);
    }
    // Of a folder it is that of a Dockerfile in it.
    let path = args.path.as_ref().map(|path| match path.is_dir() {
        true => path.join("Dockerfile"),
        false => path.clone(),
    });
    let effective = configurations.of(path.as_deref())?;
    if let Some(origin) = &effective.excluded_by {
        output.warning(&format!("{origin}: excludes this file"));
    }
    output.print(&effective.page(&output.palette))
}
