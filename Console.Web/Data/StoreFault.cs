using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ConsoleWeb.Data;

/// <summary>Tells a database in trouble from a mistake in the program.</summary>
/// <param name="Reason">What is wrong, in words without statement or data.</param>
/// <param name="Advice">What an operator does about it.</param>
internal sealed record StoreFault(string Reason, string Advice)
{
    private static readonly StoreFault Locked = new("the database is locked by another program", "end the program that holds it, and it goes on by itself");
    private static readonly StoreFault ReadOnly = new("the database is read-only", "make the data directory and its files writable for the user that runs Gatehouse");
    private static readonly StoreFault Moved = new("the file of the database is gone", "put it back, or restart to begin with what is there then");
    private static readonly StoreFault Full = new("the disk is full", "make room on the disk of the data directory");
    private static readonly StoreFault Failed = new("the disk failed", "look at the disk of the data directory and at the log of the system");
    private static readonly StoreFault Damaged = new("the database is damaged", "stop Gatehouse and bring a backup back with 'gatehouse restore'");
    private static readonly StoreFault Closed = new("the database cannot be opened", "see that the data directory is there and belongs to the user that runs Gatehouse");

    /// <summary>Both in one line.</summary>
    public string Text => $"{Reason}; {Advice}";

    /// <returns>Null when the exception has another cause.</returns>
    public static StoreFault? Find(Exception exception)
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case StoreMissingException missing:
                    return new StoreFault(missing.Message, missing.Advice);
                case SqliteException sqlite:
                    return sqlite.SqliteErrorCode switch
                    {
                        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Locked,
                        raw.SQLITE_READONLY => sqlite.SqliteExtendedErrorCode == raw.SQLITE_READONLY_DBMOVED ? Moved : ReadOnly,
                        raw.SQLITE_FULL => Full,
                        raw.SQLITE_IOERR => Failed,
                        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Damaged,
                        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH => Closed,
                        _ => null,
                    };
            }
        }

        return null;
    }
}

/// <summary>The file that was opened is not where it was: whatever is written now would be lost.</summary>
internal sealed class StoreMissingException(string reason, string advice) : DbException(reason)
{
    public string Advice { get; } = advice;
}
