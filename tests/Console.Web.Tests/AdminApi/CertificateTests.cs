using System.Net;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Certificates with their server names, and authorities that services rely on.</summary>
public sealed class CertificateTests(AdminFixture admin) : IClassFixture<AdminFixture>, IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Certificate_CreatedWithNames_HasItsServerNamesInOneVersion()
    {
        var (one, two) = (NewHost("b"), NewHost("a"));
        var before = Version;

        var created = await CreateAsync(one, two);

        Assert.Equal([two, one], Names(created));
        Assert.Equal(before + 1, Version);
        foreach (var name in new[] { one, two })
        {
            Assert.Equal(created["id"]!.ToString(), (await admin.Host.GetAsync("/snis/" + name))["certificate"]!["id"]!.ToString());
            AdminFixture.AssertIs(HttpStatusCode.OK, created.ToJsonString(), await admin.Host.GetAsync("/certificates/" + name));
        }

        var rows = await admin.Host.GetAsync($"/certificates/{one}/snis");
        Assert.Equal(2, rows["data"]!.AsArray().Count);
        var listed = (await admin.Host.GetAsync("/certificates?size=1000"))["data"]!.AsArray().Single(c => c!["id"]!.ToString() == created["id"]!.ToString());
        Assert.Equal([two, one], Names(listed!.AsObject()));
    }

    [Fact]
    public async Task Certificate_WithoutNames_ShowsAnEmptyList() => Assert.Empty(Names(await CreateAsync()));

    [Fact]
    public async Task Names_OneTextOrAForm_AreAccepted()
    {
        var (one, two) = (NewHost("a"), NewHost("b"));
        var created = await CreateAsync(one);

        var patched = await admin.Host.PatchAsync("/certificates/" + created["id"], $$"""{"snis":"{{two}}"}""");
        var form = await admin.SendFormAsync(HttpMethod.Patch, "/certificates/" + created["id"], $"snis[]={one}&snis[]={two}");

        Assert.Equal([two], Names(patched.Json));
        Assert.Equal([one, two], Names(form.Json));
    }

    [Fact]
    public async Task Names_Replaced_KeepTheRowsThatStay()
    {
        var (stays, goes, comes) = (NewHost("a"), NewHost("b"), NewHost("c"));
        var created = await CreateAsync(stays, goes);
        var row = (await admin.Host.GetAsync("/snis/" + stays))["id"]!.ToString();

        var patched = await admin.Host.PatchAsync("/certificates/" + created["id"], $$"""{"snis":["{{comes}}","{{stays}}"]}""");

        Assert.Equal([stays, comes], Names(patched.Json));
        Assert.Equal(row, (await admin.Host.GetAsync("/snis/" + stays))["id"]!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/snis/" + goes)).Status);
        var emptied = await admin.Host.PatchAsync("/certificates/" + created["id"], """{"snis":[]}""");
        Assert.Empty(Names(emptied.Json));
    }

    /// <summary>decK writes certificates without their names, which it keeps as entities of their own.</summary>
    [Fact]
    public async Task Certificate_WrittenWithoutNames_KeepsThem()
    {
        var name = NewHost("a");
        var created = await CreateAsync(name);
        var pair = _authority.Issue(name);

        var put = await admin.Host.PutAsync("/certificates/" + created["id"], Body(pair).ToJsonString());
        var patched = await admin.Host.PatchAsync("/certificates/" + name, """{"tags":["t"]}""");

        Assert.Equal(pair.Certificate, put["cert"]!.ToString());
        Assert.Equal([name], Names(put.Json));
        Assert.Equal([name], Names(patched.Json));
    }

    [Fact]
    public async Task Put_ByServerName_CreatesAndThenReplaces()
    {
        var (name, other) = (NewHost("a"), NewHost("b"));

        var created = await admin.Host.PutAsync("/certificates/" + name, Body(_authority.Issue(name)).ToJsonString());
        var replaced = await admin.Host.PutAsync("/certificates/" + name, Body(_authority.Issue(name), other).ToJsonString());

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (created.Status, replaced.Status));
        Assert.Equal([name], Names(created.Json));
        Assert.Equal([name, other], Names(replaced.Json));
        Assert.Equal(created["id"]!.ToString(), replaced["id"]!.ToString());
    }

    [Theory]
    [InlineData("""["a.example:443"]""", "schema violation (snis.1: must not have a port)")]
    [InlineData("""["a.example","10.0.0.1"]""", "schema violation (snis.2: must not be an IP)")]
    [InlineData("""["a.example",7]""", "schema violation (snis.2: expected a string)")]
    [InlineData("""{"a":1}""", "schema violation (snis: expected a set)")]
    [InlineData("""["a.example","a.example"]""", "schema violation (snis: a.example is duplicated)")]
    public async Task Names_Faulty_RefuseTheWholeCertificate(string snis, string message)
    {
        var body = Body(_authority.Issue("localhost"));
        body["id"] = Guid.NewGuid().ToString();
        body["snis"] = JsonNode.Parse(snis);

        var answer = await admin.Host.PostAsync("/certificates", body.ToJsonString());

        Assert.Equal((HttpStatusCode.BadRequest, message), (answer.Status, answer["message"]!.ToString()));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/certificates/" + body["id"])).Status);
    }

    [Fact]
    public async Task Names_OfAnotherCertificate_AreRefused()
    {
        var name = NewHost("a");
        var owner = await CreateAsync(name);

        var answer = await admin.Host.PostAsync("/certificates", Body(_authority.Issue(name), name).ToJsonString());

        Assert.Equal(
            (HttpStatusCode.BadRequest, $"schema violation (snis: {name} already associated with existing certificate '{owner["id"]}')"),
            (answer.Status, answer["message"]!.ToString()));
        Assert.Equal([name], Names((await admin.Host.GetAsync("/certificates/" + owner["id"])).Json));
    }

    [Fact]
    public async Task Certificate_Deleted_TakesItsNamesAlong()
    {
        var name = NewHost("a");
        var created = await CreateAsync(name);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync("/certificates/" + name)).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/snis/" + name)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/certificates/" + created["id"])).Status);
    }

    [Fact]
    public async Task Authority_ListedByAService_CannotBeDeleted()
    {
        var authority = await admin.CreateAsync("/ca_certificates", new JsonObject { ["cert"] = _authority.Certificate }.ToJsonString());
        var service = await admin.CreateAsync("/services", $$"""{"host":"up.example","protocol":"https","ca_certificates":["{{authority["id"]}}"]}""");

        var refused = await admin.Host.DeleteAsync("/ca_certificates/" + authority["id"]);

        AdminFixture.AssertIs(
            HttpStatusCode.BadRequest,
            $$"""{"code":19,"name":"referenced by others","message":"ca certificate {{authority["id"]}} is still referenced by services (id = {{service["id"]}})"}""",
            refused);
        await admin.Host.PatchAsync("/services/" + service["id"], """{"ca_certificates":null}""");
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync("/ca_certificates/" + authority["id"])).Status);
    }

    private static string NewHost(string label) => $"{label}.{AdminFixture.NewName()}.example";

    private static string[] Names(JsonObject certificate) => [.. certificate["snis"]!.AsArray().Select(n => n!.GetValue<string>())];

    private static JsonObject Body(TestPair pair, params string[] names)
    {
        var body = new JsonObject { ["cert"] = pair.Certificate, ["key"] = pair.Key };
        if (names.Length > 0)
        {
            body["snis"] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]);
        }

        return body;
    }

    private Task<JsonObject> CreateAsync(params string[] names) => admin.CreateAsync("/certificates", Body(_authority.Issue("localhost"), names).ToJsonString());

    private long Version => admin.Host.Services.GetRequiredService<IEntityService>().Version;
}
