using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Transfer;
using ConsoleWeb.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Features.Transfer;

public sealed class ExportServiceTests : IAsyncLifetime
{
    private static readonly Actor Editor = new("ada", "console", MaySeeSecrets: false, MayWrite: true);

    private TestHost? _host;

    private static string ProviderKey => string.Concat("sk-", "provider-", "1234567890");

    private static string OtherKey => string.Concat("it's a ", "key: with #all", " of it");

    private ExportService Exports => _host!.Services.GetRequiredService<ExportService>();

    private ImportService Imports => _host!.Services.GetRequiredService<ImportService>();

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host!.DisposeAsync();

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Export_ReadAgainWithItsVariables_ChangesNothing(bool withDefaults, bool withIds)
    {
        await FillAsync();

        var file = await Exports.ExportAsync(new ExportOptions { WithDefaults = withDefaults, WithIds = withIds }, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(ProviderKey, file.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("all of it", file.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", file.Text, StringComparison.Ordinal);
        var variables = new Dictionary<string, string>
        {
            ["DECK_OPENAI_API_KEY"] = ProviderKey,
            ["DECK_ADA_KEY"] = OtherKey,
        };
        var certificate = Assert.Single(file.Variables, v => !variables.ContainsKey(v.Name));
        variables[certificate.Name] = OwnCertificate.Key;
        Assert.Equal(3, file.Variables.Count);

        var preview = await Imports.PreviewAsync(new ImportInput(file.Text) { Deletes = true, Variables = variables }, Editor, TestContext.Current.CancellationToken);
        Assert.False(preview.IsError, preview.Error?.Message + "\n" + file.Text);
        Assert.Empty(preview.Value!.Changes);
    }

    [Fact]
    public async Task Export_SameSecretTwice_IsOneVariable()
    {
        await FillAsync();

        var file = await Exports.ExportAsync(new ExportOptions(), TestContext.Current.CancellationToken);

        Assert.Equal(2, file.Variables.Single(v => v.Name == "DECK_OPENAI_API_KEY").Places.Count);
    }

    [Fact]
    public async Task Export_ByTag_HoldsOnlyWhatHasIt()
    {
        await FillAsync();

        var file = await Exports.ExportAsync(new ExportOptions { Tags = ["team-a"], WithDefaults = false }, TestContext.Current.CancellationToken);

        Assert.Equal(
            """
            _format_version: "3.0"
            _info:
              select_tags:
              - team-a
            services:
            - host: up.example
              name: tagged
              tags:
              - team-a

            """.ReplaceLineEndings("\n"),
            file.Text);
        Assert.Equal(1, file.Entities);
    }

    [Fact]
    public async Task Export_Json_ReadsAgainToo()
    {
        await FillAsync(withBlocks: false);

        var file = await Exports.ExportAsync(new ExportOptions { IsJson = true }, TestContext.Current.CancellationToken);

        var variables = new Dictionary<string, string> { ["DECK_OPENAI_API_KEY"] = ProviderKey };
        var preview = await Imports.PreviewAsync(new ImportInput(file.Text) { Deletes = true, Variables = variables }, Editor, TestContext.Current.CancellationToken);
        Assert.False(preview.IsError, preview.Error?.Message + "\n" + file.Text);
        Assert.Empty(preview.Value!.Changes);
    }

    private async Task FillAsync(bool withBlocks = true)
    {
        await PostAsync("/services", """{"name":"tagged","host":"up.example","tags":["team-a"]}""");
        await PostAsync("/services/tagged/routes", """{"name":"one","paths":["/one"]}""");
        await PostAsync("/routes/one/plugins", PluginWith(ProviderKey));
        await PostAsync("/plugins", PluginWith(ProviderKey));
        await PostAsync("/upstreams", """{"name":"pool"}""");
        await PostAsync("/upstreams/pool/targets", """{"target":"a.example:80"}""");
        if (withBlocks)
        {
            await PostAsync("/consumers", """{"username":"ada"}""");
            await PostAsync("/consumers/ada/key-auth", $$"""{"key":"{{OtherKey}}"}""");
            await PostAsync("/certificates", new System.Text.Json.Nodes.JsonObject { ["cert"] = OwnCertificate.Cert, ["key"] = OwnCertificate.Key, ["snis"] = new System.Text.Json.Nodes.JsonArray("a.example") }.ToJsonString());
        }
    }

    private static string PluginWith(string key) =>
        $$$"""{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","auth":{"header_name":"Authorization","header_value":"Bearer {{{key}}}"},"model":{"provider":"openai","name":"gpt-4o"}} }""";

    private async Task PostAsync(string path, string json)
    {
        var answer = await _host!.PostAsync(path, json);
        Assert.True((int)answer.Status == 201, answer.Text);
    }

    private static class OwnCertificate
    {
        private static readonly (string Cert, string Key) Made = Make();

        public static string Cert => Made.Cert;

        public static string Key => Made.Key;

        private static (string Cert, string Key) Make()
        {
            using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
            var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=a.example", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
            return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
        }
    }
}
