"""From a protected audit to pages that people read: the only room that draws and renders."""
