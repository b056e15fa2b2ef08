//! What the passes are told about a file: its configuration, its build context, its targets. The command line and the language server
//! ask here, so that they agree.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dockslim_syntax::Dockerfile;

use crate::args::ConfigArgs;
use crate::config::{Configurations, Effective, Flag};
use crate::context::{Contexts, NoContext};
use crate::engine::Settings;
use crate::error::Error;
use crate::origin::{self, Foreign};

/// The configurations and build contexts of a run.
pub(crate) struct Project {
    pub(crate) configurations: Configurations,
    /// What was read of folders, which outlives a configuration.
    pub(crate) contexts: Arc<Contexts>,
}

/// Whether a file is looked at.
pub(crate) enum Admission {
    /// It is a template, or generated: it is left alone.
    Foreign(Foreign),
    /// It is left alone because of what is written there.
    Excluded(String),
    /// It is, with this configuration.
    Admitted(Effective),
}

/// What is known about a file that is looked at.
pub(crate) struct Known {
    /// What the passes are told.
    pub(crate) settings: Settings,
    /// The folder that it is built with, if it takes anything from there and that folder is known.
    pub(crate) folder: Option<PathBuf>,
    /// Why its build context is not known, if it needs one.
    pub(crate) no_context: Option<NoContext>,
}

impl Project {
    /// The configurations and build contexts as the command line names them.
    ///
    /// # Errors
    /// A configuration that cannot be read, and a build context that is no folder.
    pub(crate) fn new(
        config: &ConfigArgs,
        flags: Vec<Flag>,
        context: Option<PathBuf>,
    ) -> Result<Self, Error> {
        let configurations = Configurations::new(config, flags)?;
        Ok(Self { configurations, contexts: Arc::new(Contexts::new(context)?) })
    }

    /// Whether the file at `path`, or one that has only a `name`, is looked at.
    ///
    /// # Errors
    /// A configuration that cannot be read.
    pub(crate) fn admit(
        &self,
        path: Option<&Path>,
        name: &str,
        text: &str,
    ) -> Result<Admission, Error> {
        if let Some(foreign) = origin::foreign(text) {
            return Ok(Admission::Foreign(foreign));
        }
        let mut configured = self.configurations.of(Some(path.unwrap_or(Path::new(name))))?;
        Ok(match configured.excluded_by.take() {
            Some(origin) => Admission::Excluded(origin),
            None => Admission::Admitted(configured),
        })
    }

    /// What is known about the file at `path`, or about standard input, for which this is configured, and whose tree this is.
    ///
    /// # Errors
    /// A build context that the user named and that cannot be used.
    pub(crate) fn known(
        &self,
        configured: Effective,
        path: Option<&Path>,
        dockerfile: &Dockerfile<'_>,
    ) -> Result<Known, Error> {
        let found = self.contexts.of(path, dockerfile);
        let (context, no_context) = match found.context {
            None => (None, None),
            Some(Ok(context)) => (Some(context), None),
            Some(Err(reason)) if self.contexts.is_named() => return Err(reason.into()),
            Some(Err(reason)) => (None, Some(reason)),
        };
        let mut options = configured.options;
        options.targets.extend(found.targets);
        options.file_name =
            path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let (level, select, ignore) = (configured.level, configured.select, configured.ignore);
        let settings = Settings { level, select, ignore, options, context, only: None };
        Ok(Known { settings, folder: found.folder, no_context })
    }
}
