using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Components.Forms;

/// <summary>An entity as the call of the Admin API that stores it, for a POSIX shell.</summary>
internal static partial class EntityCurl
{
    /// <summary>How entities are shown as JSON.</summary>
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="url">Of the collection, or of the entity when it exists.</param>
    /// <param name="document">Without secrets; a mask becomes the variable that holds the secret, which the shell puts in.</param>
    public static string Write(string url, JsonObject document, bool exists = false)
    {
        // Control characters mark the variables until the text is one word of the shell: no quote of the document may end that word, theirs must.
        var body = DeckYaml.WithVariables(document, "\u0001{0}\u0002").ToJsonString(Indented);
        var word = Marked().Replace(CurlCommand.Quote(body), "'\"$$${name}\"'");
        return $"curl {(exists ? "-X PUT " : "")}{url} \\\n  -H \"Authorization: Bearer $KONNECT_TOKEN\" \\\n  -H 'Content-Type: application/json' \\\n  -d {word}";
    }

    [GeneratedRegex("""(?<!\\)\\u0001(?<name>\w+)\\u0002""")]
    private static partial Regex Marked();
}
