using System.Text.Encodings.Web;
using System.Text.Json;

namespace ConsoleWeb.Declarative;

/// <summary>How the command line writes JSON: characters stay readable, since nothing of it becomes HTML.</summary>
internal static class PlainJson
{
    public static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonSerializerOptions Indented = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };
}
