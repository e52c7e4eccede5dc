// Comfort only: every page works without these modules. Each one attaches itself to
// elements by their data- attributes.

import "./copy.js";
import "./dialogs.js";
import "./drafts.js";
import "./filters.js";
import "./kept.js";
import "./live.js";
import "./print.js";
import "./relative-time.js";
import "./reveal.js";
import "./search-key.js";
import "./sends-itself.js";
import "./spotlight.js";
import "./theme.js";
import "./tutorial-bar.js";
