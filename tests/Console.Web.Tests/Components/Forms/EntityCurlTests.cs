using System.Text.Json.Nodes;
using ConsoleWeb.Components.Forms;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Tests.Components.Forms;

public sealed class EntityCurlTests
{
    [Fact]
    public void Write_SecretAndQuotes_AreOneWordOfTheShell()
    {
        var plugin = JsonNode.Parse(
            $$"""{"name":"ai-proxy","tags":["it's","$HOME","\\u0001X\\u0002"],"config":{"auth":{"header_name":"Authorization","header_value":"{{SecretPaths.Mask}}"},"model":{"provider":"openai"} } }""")!.AsObject();

        Assert.Equal(
            """
            curl -X PUT http://admin/plugins/1 \
              -H "Authorization: Bearer $KONNECT_TOKEN" \
              -H 'Content-Type: application/json' \
              -d '{
              "name": "ai-proxy",
              "tags": [
                "it'\''s",
                "$HOME",
                "\\u0001X\\u0002"
              ],
              "config": {
                "auth": {
                  "header_name": "Authorization",
                  "header_value": "Bearer '"$DECK_OPENAI_API_KEY"'"
                },
                "model": {
                  "provider": "openai"
                }
              }
            }'
            """.ReplaceLineEndings("\n"),
            EntityCurl.Write("http://admin/plugins/1", plugin, exists: true).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Write_New_IsAPost() =>
        Assert.StartsWith("curl http://admin/services \\", EntityCurl.Write("http://admin/services", new JsonObject { ["name"] = "a" }), StringComparison.Ordinal);
}
