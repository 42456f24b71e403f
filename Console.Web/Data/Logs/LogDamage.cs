using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ConsoleWeb.Data.Logs;

/// <summary>SQLite does not notice what a disk does to the content of a value; whoever reads one does.</summary>
internal static class LogDamage
{
    /// <summary>Runs a read whose faults mean that the file is damaged.</summary>
    /// <exception cref="SqliteException">What SQLite says, and <c>SQLITE_CORRUPT</c> for values that cannot be what was written.</exception>
    public static T Check<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw new SqliteException("A stored record is damaged.", raw.SQLITE_CORRUPT);
        }
    }

    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or JsonException or InvalidCastException or InvalidOperationException or ArgumentException or FormatException or OverflowException
            or IndexOutOfRangeException;
}
