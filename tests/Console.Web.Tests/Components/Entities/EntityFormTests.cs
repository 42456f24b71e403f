using System.Text.Json.Nodes;
using Bunit;
using ConsoleWeb.Components.Pages.Entities;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using TestContext = Xunit.TestContext;

namespace ConsoleWeb.Tests.Components.Entities;

public sealed class EntityFormTests : ConsoleContext
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Service_SavedWithoutHost_ShowsTheFaultAtItsFieldAndMovesThere()
    {
        var form = RenderNew(EntityKinds.Services);

        Save(form);

        form.WaitForAssertion(() => Assert.Equal("true", form.Find("#f-host").GetAttribute("aria-invalid")));
        form.WaitForAssertion(() => Assert.Contains("required", form.Find("#f-host-help").TextContent, StringComparison.Ordinal));
        form.WaitForAssertion(() => Assert.Contains("host", form.Find("[data-testid=error-summary]").TextContent, StringComparison.Ordinal));
        Assert.Equal("host", JSInterop.VerifyInvoke("gatehouse.reveal").Arguments[0]);
    }

    [Fact]
    public void Service_UrlPasted_FillsTheFourFieldsAndIsStored()
    {
        var form = RenderNew(EntityKinds.Services);

        form.Change("#f-url", "https://api.example.com:8443/v1");
        form.Change("#f-name", "example");
        Save(form);

        form.WaitForAssertion(() => Assert.NotNull(Entities.Find(EntityKinds.Services, "example", Person)));
        var stored = Entities.Find(EntityKinds.Services, "example", Person)!;
        Assert.Equal("https api.example.com 8443 /v1", $"{stored["protocol"]} {stored["host"]} {stored["port"]} {stored["path"]}");
        form.WaitForAssertion(() => Assert.EndsWith($"/services/{stored["id"]}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Service_NameTaken_IsSaidAtTheName()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"taken","host":"a.example"}""");
        var form = RenderNew(EntityKinds.Services);

        form.Change("#f-name", "taken");
        form.Change("#f-host", "b.example");
        Save(form);

        form.WaitForAssertion(() => Assert.Contains("already taken", form.Find("#f-name-help").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Service_NothingButOneFieldEdited_KeepsTheRest()
    {
        var id = await StoreAsync(EntityKinds.Services, """{"name":"kept","host":"a.example","retries":2,"read_timeout":1234,"tags":["one"]}""");
        var form = RenderStored(EntityKinds.Services, id);

        form.Change("#f-host", "b.example");
        Save(form);

        form.WaitForAssertion(() => Assert.Contains("Saved", form.Find("[data-testid=save-state]").TextContent, StringComparison.Ordinal));
        var stored = Entities.Find(EntityKinds.Services, id, Person)!;
        Assert.Equal("b.example", stored["host"]!.ToString());
        Assert.Equal("2 1234 one", $"{stored["retries"]} {stored["read_timeout"]} {stored["tags"]![0]}");
    }

    [Fact]
    public async Task Form_ChangedMeanwhile_IsNotOverwrittenUntilThePersonSaysSo()
    {
        var id = await StoreAsync(EntityKinds.Services, """{"name":"both","host":"a.example"}""");
        var form = RenderStored(EntityKinds.Services, id);
        form.Change("#f-path", "/mine");
        await Entities.PatchAsync(EntityKinds.Services, id, new JsonObject { ["host"] = "theirs.example" }, Owner, Cancellation);

        Save(form);
        form.WaitForAssertion(() => Assert.Contains("changed meanwhile", form.Find(".stale").TextContent, StringComparison.Ordinal));
        Assert.Equal("theirs.example", Entities.Find(EntityKinds.Services, id, Person)!["host"]!.ToString());

        form.Click(".stale button", "Keep mine");
        form.WaitForAssertion(() => Assert.Equal("/mine", Entities.Find(EntityKinds.Services, id, Person)!["path"]?.ToString()));
        Assert.Equal("a.example", Entities.Find(EntityKinds.Services, id, Person)!["host"]!.ToString());
    }

    [Fact]
    public void Plugin_NewAiProxy_StoresTheKeyAndNeverShowsIt()
    {
        const string key = "fake-key-that-stays-inside";
        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Plugins).Add(f => f.Plugin, "ai-proxy"));

        form.Change("#f-config-model-provider", "openai");
        form.Change("#f-config-auth-header_value", key);
        form.WaitForAssertion(() => Assert.Contains("Bearer ${{ env \"DECK_OPENAI_API_KEY\" }}", form.Find("[data-testid=preview]").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain(key, form.Markup, StringComparison.Ordinal);
        Save(form);

        form.WaitForAssertion(() => Assert.Single(Entities.List(EntityKinds.Plugins, new(), 10, null, Owner).Value!.Data));
        var auth = Entities.List(EntityKinds.Plugins, new(), 10, null, Owner).Value!.Data[0]["config"]!["auth"]!;
        Assert.Equal("Authorization", auth["header_name"]!.ToString());
        Assert.Equal($"Bearer {key}", auth["header_value"]!.ToString());
        Assert.DoesNotContain(key, form.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plugin_Edited_KeepsTheSecretItCannotSee()
    {
        var id = await StoreAsync(EntityKinds.Plugins, """{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","auth":{"header_name":"x-api-key","header_value":"fake-inside"},"model":{"provider":"openai"}}}""");
        var form = RenderStored(EntityKinds.Plugins, id);

        form.Change("#f-config-model-name", "gpt-5-mini");
        Save(form);

        form.WaitForAssertion(() => Assert.Equal("gpt-5-mini", Entities.Find(EntityKinds.Plugins, id, Owner)!["config"]!["model"]!["name"]?.ToString()));
        Assert.Equal("fake-inside", Entities.Find(EntityKinds.Plugins, id, Owner)!["config"]!["auth"]!["header_value"]!.ToString());
    }

    [Fact]
    public void Service_UrlPasted_LeavesOutWhatIsUsual()
    {
        var form = RenderNew(EntityKinds.Services);

        form.Change("#f-url", "http://upstream.example");
        form.Click("[data-testid=as-yaml]");

        form.WaitForAssertion(() => Assert.Equal("host: upstream.example", form.WaitForElement("[data-testid=yaml-text]").GetAttribute("value")!.Trim()));
    }

    /// <summary>The parts that nobody touched, which have required fields of their own, are not stored and not missed.</summary>
    [Fact]
    public void Plugin_NewAiProxyAdvanced_IsStoredWithWhatWasFilledIn()
    {
        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Plugins).Add(f => f.Plugin, "ai-proxy-advanced"));

        form.Change("#f-config-targets-1-model-provider", "openai");
        form.Change("#f-config-targets-1-auth-header_value", "fake-key");
        Save(form);

        form.WaitForAssertion(() => Assert.Single(Entities.List(EntityKinds.Plugins, new(), 10, null, Owner).Value!.Data));
        var config = Entities.List(EntityKinds.Plugins, new(), 10, null, Owner).Value!.Data[0]["config"]!;
        Assert.Equal("Bearer fake-key", config["targets"]![0]!["auth"]!["header_value"]!.ToString());
        Assert.Null(config["embeddings"]);
        Assert.Null(config["vectordb"]);
    }

    /// <summary>The gateway sends what a reference leads to as it is.</summary>
    [Fact]
    public async Task Plugin_BareKeyKeptElsewhere_IsSaidToNeedItsScheme()
    {
        var secrets = Directory.CreateDirectory(Path.Combine(Host.Directory, "secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "bare"), "canary", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(secrets, "whole"), "Bearer canary", Cancellation);
        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Plugins).Add(f => f.Plugin, "ai-proxy"));
        form.Change("#f-config-model-provider", "openai");
        form.Change("[data-testid=f-config-auth-header_value-source]", "env");

        form.Change("#f-config-auth-header_value", "{vault://file/bare}");
        form.WaitForAssertion(() => Assert.Contains("must hold the whole value of the header: Bearer and the key", form.Markup, StringComparison.Ordinal));
        form.Change("#f-config-auth-header_value", "{vault://file/whole}");
        form.WaitForAssertion(() => Assert.Contains("Found in its vault.", form.Markup, StringComparison.Ordinal));

        form.Change("#f-config-auth-header_value", "{vault://file/bare}");
        form.Change("#f-config-model-provider", "anthropic");
        form.WaitForAssertion(() => Assert.Contains("Found in its vault.", form.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("canary", form.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{vault://file/openai}", "Found in its vault.")]
    [InlineData("{vault://file/absent}", "Not found in its vault, or not allowed to be read.")]
    [InlineData("{vault://env/gatehouse-tests-absent}", "The gateway reads only variables that begin with GATEWAY_SECRET_")]
    public async Task Plugin_SecretKeptElsewhere_SaysWhetherItIsThere(string reference, string text)
    {
        var secrets = Directory.CreateDirectory(Path.Combine(Host.Directory, "secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "openai"), "canary", TestContext.Current.CancellationToken);
        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Plugins).Add(f => f.Plugin, "ai-proxy"));

        form.Change("[data-testid=f-config-auth-header_value-source]", "env");
        form.Change("#f-config-auth-header_value", reference);

        form.WaitForAssertion(() => Assert.Contains(text, form.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("canary", form.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plugin_SameScopeTwice_IsRefusedWithTheReason()
    {
        await StoreAsync(EntityKinds.Plugins, """{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","model":{"provider":"openai"}}}""");
        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Plugins).Add(f => f.Plugin, "ai-proxy"));

        form.Change("#f-config-model-provider", "openai");
        Save(form);

        form.WaitForAssertion(() => Assert.Contains("already exists for the same scope", form.Find("[data-testid=error-summary]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Plugin_AnthropicChosen_FillsWhatFollowsFromIt()
    {
        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Plugins).Add(f => f.Plugin, "ai-proxy"));

        form.Change("#f-config-model-provider", "anthropic");

        form.WaitForAssertion(() => Assert.Equal("x-api-key", form.Find("#f-config-auth-header_name").GetAttribute("value")));
        form.WaitForAssertion(() => Assert.Contains("anthropic_version: 2023-06-01", form.Find("[data-testid=preview]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Route_OpenedForAService_HasItChosen()
    {
        var id = await StoreAsync(EntityKinds.Services, """{"name":"svc","host":"a.example"}""");
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/routes/new?service={id}");

        var form = RenderNew(EntityKinds.Routes);

        form.WaitForAssertion(() => Assert.Equal("svc", form.Find("#f-service option[selected]").TextContent));
    }

    [Fact]
    public void Entity_ThatIsGone_SaysSo() =>
        Assert.Contains("does not exist", RenderStored(EntityKinds.Routes, Guid.NewGuid().ToString()).Markup, StringComparison.Ordinal);

    private static void Save(IRenderedComponent<EntityForm> form) => form.Click("[data-testid=save]");

    private IRenderedComponent<EntityForm> RenderNew(EntityKind kind) => Render<EntityForm>(p => p.Add(f => f.Kind, kind));

    private IRenderedComponent<EntityForm> RenderStored(EntityKind kind, string id) => Render<EntityForm>(p => p.Add(f => f.Kind, kind).Add(f => f.Id, id));
}
