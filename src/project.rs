//! What the passes are told about a file: its configuration, its build context, its targets. The command line and the language server
//! ask here, so that they agree.

use std::path::Path;

use dockslim_syntax::{Span, parse};

use crate::config::Configurations;
use crate::context::{Contexts, NoContext};
use crate::engine::Settings;
use crate::error::Error;
use crate::origin::{self, Foreign};

/// The configurations and build contexts of a run.
pub(crate) struct Project {
    pub(crate) configurations: Configurations,
    pub(crate) contexts: Contexts,
}

/// What is to become of a file.
pub(crate) enum Plan {
    /// It is a template, or generated: it is left alone.
    Foreign(Foreign),
    /// It is left alone because of what is written there.
    Excluded(String),
    /// The passes run.
    Run {
        settings: Box<Settings>,
        /// Why its build context is not known, if it needs one.
        no_context: Option<NoContext>,
    },
}

impl Project {
    /// What is to become of the file at `path`, or of one that has only a `name`, with this text.
    ///
    /// # Errors
    /// A configuration that cannot be read, and a build context that the user named and that cannot be used.
    pub(crate) fn plan(&self, path: Option<&Path>, name: &str, text: &str) -> Result<Plan, Error> {
        if let Some(foreign) = origin::foreign(text) {
            return Ok(Plan::Foreign(foreign));
        }
        let configured = self.configurations.of(Some(path.unwrap_or(Path::new(name))))?;
        if let Some(origin) = configured.excluded_by {
            return Ok(Plan::Excluded(origin));
        }
        let found = self.contexts.of(path, &parse(text));
        let (context, no_context) = match found.context {
            None => (None, None),
            Some(Ok(context)) => (Some(context), None),
            Some(Err(reason)) if self.contexts.is_named() => return Err(reason.into()),
            Some(Err(reason)) => (None, Some(reason)),
        };
        let mut options = configured.options;
        options.targets.extend(found.targets);
        let settings = Settings {
            level: configured.level,
            select: configured.select,
            ignore: configured.ignore,
            options,
            context,
            only: None::<Vec<Span>>,
        };
        Ok(Plan::Run { settings: Box::new(settings), no_context })
    }
}
