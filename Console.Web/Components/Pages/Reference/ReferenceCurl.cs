using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Components.Pages.Reference;

/// <summary>A call of the Admin API as a line for a POSIX shell. The token is a variable, as the tokens page exports it.</summary>
internal static class ReferenceCurl
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(string method, string url, JsonObject? body)
    {
        var line = new StringBuilder("curl ");
        if (method != (body is null ? "GET" : "POST"))
        {
            line.Append("-X ").Append(method).Append(' ');
        }

        line.Append(url).Append(" \\\n  -H \"Authorization: Bearer $KONNECT_TOKEN\"");
        if (body is not null)
        {
            line.Append(" \\\n  --json ").Append(CurlCommand.Quote(body.ToJsonString(Indented).ReplaceLineEndings("\n  ")));
        }

        return line.ToString();
    }
}
