using System.Security.Cryptography.X509Certificates;
using Bunit;
using ConsoleWeb.Components.Pages.Entities;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;
using Gateway.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Entities;

/// <summary>The pages of what other entities refer to.</summary>
public sealed class SharedKindTests : ConsoleContext
{
    public static TheoryData<string> Kinds => [.. EntityTexts.Pages.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Address_OfEveryKind_LeadsToItsListAndForm(string name)
    {
        var kind = EntityKinds.Find(name)!;

        Assert.Same(kind, EntityTexts.KindAt(EntityTexts.Href(kind)[1..] + "/new?copy=1"));
    }

    [Fact]
    public void Vault_TypeChosen_ShowsTheSettingsOfThatTypeAndKeepsNoOthers()
    {
        var form = RenderNew(EntityKinds.Vaults);
        Assert.Empty(form.FindAll("#f-config-path"));

        form.Change("#f-prefix", "team");
        form.Change("#f-name", "env");
        form.Change("#f-config-prefix", "GATEWAY_SECRET_TEAM_");
        form.Change("#f-name", "file");
        Assert.Empty(form.FindAll("#f-config-prefix"));
        form.Change("#f-name", "env");
        Save(form);

        form.WaitForAssertion(() => Assert.NotNull(Entities.Find(EntityKinds.Vaults, "team", Person)));
        Assert.Null(Entities.Find(EntityKinds.Vaults, "team", Person)!["config"]!["prefix"]);
    }

    [Fact]
    public async Task Partial_OfRedis_StoresItsSettingsAndSaysWhoUsesIt()
    {
        var form = RenderNew(EntityKinds.Partials);
        form.Change("#f-name", "shared-redis");
        form.Change("#f-type", "redis-ce");
        form.Change("#f-config-host", "redis.example");
        Save(form);
        form.WaitForAssertion(() => Assert.NotNull(Entities.Find(EntityKinds.Partials, "shared-redis", Person)));
        Assert.Equal("redis.example", Entities.Find(EntityKinds.Partials, "shared-redis", Person)!["config"]!["host"]!.ToString());

        await StoreAsync(EntityKinds.Plugins, """{"name":"rate-limiting","instance_name":"limits","config":{"minute":5,"policy":"redis"},"partials":[{"name":"shared-redis"}]}""");
        var list = Render<EntityTable>(p => p.Add(t => t.Kind, EntityKinds.Partials));

        Assert.Contains("limits", list.Find("[data-testid=entity-table] tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_Listed_ShowsItsNamesIssuerAndEnd()
    {
        using var certificate = TestCertificate.Create();
        var body = new System.Text.Json.Nodes.JsonObject
        {
            ["cert"] = certificate.ExportCertificatePem(),
            ["key"] = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
            ["snis"] = new System.Text.Json.Nodes.JsonArray("a.example"),
        };
        await StoreAsync(EntityKinds.Certificates, body.ToJsonString());

        var row = Render<EntityTable>(p => p.Add(t => t.Kind, EntityKinds.Certificates)).Find("tbody tr").TextContent;

        Assert.Contains("a.example", row, StringComparison.Ordinal);
        Assert.Contains("CN=localhost", row, StringComparison.Ordinal);
        Assert.Contains(CertificateFacts.Read(certificate.ExportCertificatePem())!.NotAfter.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), row, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_Opened_SaysWhatItIsAndTakesServerNames()
    {
        using var certificate = TestCertificate.Create();
        var body = new System.Text.Json.Nodes.JsonObject
        {
            ["cert"] = certificate.ExportCertificatePem(),
            ["key"] = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
            ["snis"] = new System.Text.Json.Nodes.JsonArray("a.example"),
        };
        var id = await StoreAsync(EntityKinds.Certificates, body.ToJsonString());

        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Certificates).Add(f => f.Id, id));
        var facts = form.Find("[data-testid=certificate-facts]").TextContent;
        Assert.Contains("CN=localhost", facts, StringComparison.Ordinal);
        Assert.Contains("ends in 1 day", facts, StringComparison.Ordinal);
        Assert.Contains("- name: a.example", form.Find("[data-testid=preview]").TextContent, StringComparison.Ordinal);

        form.Change("#f-snis", "b.example");
        Save(form);

        form.WaitForAssertion(() => Assert.Equal("""["a.example","b.example"]""", Entities.Find(EntityKinds.Certificates, id, Person)!["snis"]!.ToJsonString()));
    }

    [Fact]
    public async Task Vault_Tested_SaysWhetherASecretIsThere()
    {
        var directory = Path.Combine(Host.Directory, "secrets");
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "there"), "value", Xunit.TestContext.Current.CancellationToken);
        var id = await StoreAsync(EntityKinds.Vaults, $$"""{"prefix":"files","name":"file","config":{"path":"{{directory}}"} }""");
        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Vaults).Add(f => f.Id, id));

        Test("there");
        Assert.Contains("{vault://files/there} leads to a secret", form.Find("[data-testid=vault-test]").TextContent, StringComparison.Ordinal);
        Test("nowhere");
        Assert.Contains("{vault://files/nowhere} leads nowhere", form.Find("[data-testid=vault-test]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(">value<", form.Markup, StringComparison.Ordinal);

        void Test(string name)
        {
            form.Change("#vault-name", name);
            form.Submit("[data-testid=vault-test] form");
        }
    }

    [Fact]
    public async Task Consumer_Opened_ShowsItsCredentialsFirstAndItsFormUnderSettings()
    {
        var id = await StoreAsync(EntityKinds.Consumers, """{"username":"ada"}""");
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo($"/consumers/{id}");
        var page = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Consumers).Add(f => f.Id, id));
        Assert.NotNull(page.Find("[data-testid=credentials-key-auths]"));
        Assert.Empty(page.FindAll("#f-username"));

        navigation.NavigateTo($"/consumers/{id}?tab=settings");
        page.Render(p => p.Add(f => f.Id, id));

        Assert.Equal("ada", page.Find("#f-username").GetAttribute("value"));
    }

    private IRenderedComponent<EntityForm> RenderNew(EntityKind kind) => Render<EntityForm>(p => p.Add(f => f.Kind, kind));

    private static void Save(IRenderedComponent<EntityForm> form) => form.Click("[data-testid=save]");
}
