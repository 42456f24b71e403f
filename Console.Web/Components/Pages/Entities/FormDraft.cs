using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>
/// What is typed and not saved, kept in the browser's tab so that a restart of the server does not lose it. Secrets are not part of it.
/// </summary>
internal sealed class FormDraft(IJSRuntime js, EntityKind kind, PluginCatalog plugins, string key)
{
    /// <summary>A draft of an earlier visit.</summary>
    public sealed record Kept(DateTimeOffset At, JsonObject Document);

    private string Key => "gatehouse-draft " + key;

    public ValueTask KeepAsync(JsonObject document, DateTimeOffset now)
    {
        var copy = document.DeepClone().AsObject();
        SecretPaths.Replace(copy, kind.Schema, plugins, (_, text) => text == SecretPaths.Mask ? text : null);
        return js.InvokeVoidAsync("gatehouse.keepDraft", Key, new JsonObject { ["at"] = now.ToUnixTimeMilliseconds(), ["document"] = copy }.ToJsonString());
    }

    public ValueTask DropAsync() => js.InvokeVoidAsync("gatehouse.dropDraft", Key);

    /// <returns>Null when there is none that can be read.</returns>
    public async ValueTask<Kept?> FindAsync()
    {
        if (await js.InvokeAsync<string?>("gatehouse.readDraft", Key) is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text) is JsonObject kept && kept["document"] is JsonObject document && long.TryParse(kept["at"]?.ToString(), CultureInfo.InvariantCulture, out var at)
                ? new Kept(DateTimeOffset.FromUnixTimeMilliseconds(at), document.DeepClone().AsObject())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
