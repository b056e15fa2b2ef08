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
    let effective = configurations.of(args.path.as_deref())?;
    if let Some(origin) = &effective.excluded_by {
        output.warning(&format!("{origin}: excludes this file"));
    }
    output.print(&effective.page(&output.palette))
}
