-- How the connection is set up, in this order, and what must be read back afterwards. Anything else stops the
-- start: a setting that did not stick is a promise that is not kept.
--   --! name = value read back, or another that is good as well: one|other
-- @ stands for the cache's size, which comes from the options.

-- No second process and no shared memory: with one connection the WAL-reset race of SQLite before 3.51.3
-- cannot happen. Must be set before the first access in WAL mode.
--! locking_mode = exclusive
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA locking_mode;
-- Most rows that a check-in touches lie in pages of their own, and each is written whole, to the log and again to
-- the database: with 2,048 instead of 4,096 it took 8 % less of the processor, with 1,024 no less than that. Only
-- a new file takes it; a store that was made with larger pages keeps them.
--! page_size = 2048|4096
PRAGMA page_size = 2048;
PRAGMA page_size;
-- Debian builds SQLite with this on; it writes a pointer page for every page that moves.
--! auto_vacuum = 0
PRAGMA auto_vacuum = NONE;
PRAGMA auto_vacuum;
--! encoding = UTF-8
PRAGMA encoding = 'UTF-8';
PRAGMA encoding;
--! journal_mode = wal
PRAGMA journal_mode = WAL;
PRAGMA journal_mode;
-- A damaged page is reported, not followed.
--! cell_size_check = 1
PRAGMA cell_size_check = ON;
PRAGMA cell_size_check;
--! trusted_schema = 0
PRAGMA trusted_schema = OFF;
PRAGMA trusted_schema;
--! foreign_keys = 1
PRAGMA foreign_keys = ON;
PRAGMA foreign_keys;
-- A failing disk shows as a failing read, not as SIGBUS.
--! mmap_size = 0
PRAGMA mmap_size = 0;
PRAGMA mmap_size;
-- Checkpoints are made by us, between commits (see checkpoint in run.c).
--! wal_autocheckpoint = 0
PRAGMA wal_autocheckpoint = 0;
PRAGMA wal_autocheckpoint;
-- Overwriting a WAL that has its size already makes a flush cheaper; above this it is cut after a checkpoint.
--! journal_size_limit = 67108864
PRAGMA journal_size_limit = 67108864;
PRAGMA journal_size_limit;
--! cache_size = @
PRAGMA cache_size = @;
PRAGMA cache_size;
--! temp_store = 2
PRAGMA temp_store = MEMORY;
PRAGMA temp_store;
-- Until the first commit has flushed the log and its folder; then see flush.h.
--! synchronous = 2
PRAGMA synchronous = FULL;
PRAGMA synchronous;
