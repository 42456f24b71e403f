using System.Net;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Pieces of configuration that plugins share: what runs is the piece, and a piece in use stays.</summary>
public sealed class SharedPieceTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Theory]
    [InlineData("")]
    [InlineData(""","path":"config.redis" """)]
    public async Task Plugin_WithAPiece_RunsWithWhatThePieceSaysNow(string path)
    {
        var piece = await NewPieceAsync("""{"host":"one.example","port":7001}""");
        var plugin = await LinkAsync(piece, path);

        Assert.Equal(("one.example", "7001"), Running(plugin));
        await admin.Host.PatchAsync("/partials/" + piece, """{"config":{"host":"two.example","port":7002}}""");
        Assert.Equal(("two.example", "7002"), Running(plugin));
        await admin.Host.PatchAsync("/plugins/" + plugin["id"], """{"partials":null,"config":{"redis":{"host":"own.example"}}}""");
        Assert.Equal(("own.example", "6379"), Running(plugin));
    }

    [Fact]
    public async Task Piece_InUse_IsNotDeletedUntilNobodyLinksIt()
    {
        var piece = await NewPieceAsync("""{"host":"one.example"}""");
        var plugin = await LinkAsync(piece, "");

        var refused = await admin.Host.DeleteAsync("/partials/" + piece);
        Assert.Equal((HttpStatusCode.BadRequest, "4"), (refused.Status, refused["code"]!.ToString()));
        await admin.Host.DeleteAsync("/plugins/" + plugin["id"]);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync("/partials/" + piece)).Status);
    }

    /// <summary>The Redis that the running plugin would ask.</summary>
    private (string? Host, string? Port) Running(JsonObject plugin)
    {
        var config = admin.Running(plugin);
        return (config["redis"]?["host"]?.ToString(), config["redis"]?["port"]?.ToString());
    }

    private async Task<string> NewPieceAsync(string config) =>
        (await admin.CreateAsync("/partials", $$"""{"name":"{{AdminFixture.NewName()}}","type":"redis-ce","config":{{config}}}"""))["id"]!.ToString();

    private async Task<JsonObject> LinkAsync(string piece, string path)
    {
        var service = await admin.CreateServiceAsync();
        return await admin.CreateAsync(
            $"/services/{service}/plugins",
            $$$"""{"name":"rate-limiting","config":{"minute":5,"policy":"redis","redis":{"host":"own.example"}},"partials":[{"id":"{{{piece}}}"{{{path}}}}]}""");
    }
}
