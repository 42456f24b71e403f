using Gateway.E2E.Harness;

namespace Gateway.E2E.Sdks;

/// <summary>The description of the Admin API, judged by a validator that others wrote.</summary>
public sealed class OpenApiDocumentTests
{
    [Fact]
    public async Task Document_OfARunningGateway_IsValidOpenApi()
    {
        await using var gatehouse = await GatehouseProcess.StartAsync();
        using var folder = new TemporaryFolder();
        var document = folder.File("openapi.json");
        await File.WriteAllTextAsync(document, (await gatehouse.AdminAsync("/openapi.json", TestContext.Current.CancellationToken)).ToJsonString(), TestContext.Current.CancellationToken);

        var result = await new Command("node", "openapi.mjs", document).In(RepositoryPaths.Clients).RunAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("3.1.", result.EnsureSuccess().Output);
    }
}
