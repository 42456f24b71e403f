using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Filters;

/// <summary>The values of a statement that is put together; none ever becomes part of its text.</summary>
internal sealed class SqlParameters
{
    private readonly List<object> _values = [];

    /// <returns>The name that stands for the value.</returns>
    public string Add(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"@p{_values.Count - 1}");
    }

    public void Bind(SqliteCommand command)
    {
        for (var i = 0; i < _values.Count; i++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"@p{i}"), _values[i]);
        }
    }

    /// <summary>A text for LIKE with <c>ESCAPE '\'</c> in which nothing is a wildcard.</summary>
    public static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
