using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>The generic calls of a collection, on services.</summary>
public sealed class ServiceEndpointTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Post_OnlyAHost_Answers201WithEveryFieldAndItsDefault()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        var answer = await admin.Host.PostAsync("/services", """{"host":"up.example"}""");

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var service = answer.Json;
        Assert.True(Guid.TryParseExact(service["id"]!.GetValue<string>(), "D", out _));
        Assert.InRange(service["created_at"]!.GetValue<long>(), before, before + 60);
        Assert.Equal(service["created_at"]!.ToJsonString(), service["updated_at"]!.ToJsonString());
        foreach (var generated in new[] { "id", "created_at", "updated_at" })
        {
            service.Remove(generated);
        }

        Assert.Equal(
            CanonicalJson.Of("""
                {
                  "name":null,"host":"up.example","port":80,"protocol":"http","path":null,"retries":5,
                  "connect_timeout":60000,"write_timeout":60000,"read_timeout":60000,"enabled":true,"tags":null,
                  "client_certificate":null,"tls_verify":null,"tls_verify_depth":null,"ca_certificates":null,"tls_sans":null
                }
                """),
            CanonicalJson.Of(service));
    }

    [Fact]
    public async Task Post_Url_IsStoredAsItsFourFields()
    {
        var service = await admin.CreateAsync("/services", """{"url":"https://up.example/base"}""");

        Assert.Equal(("https", "up.example", "443", "/base"), (Text(service, "protocol"), Text(service, "host"), Text(service, "port"), Text(service, "path")));
        Assert.False(service.ContainsKey("url"));
    }

    [Fact]
    public async Task Get_NameIdOrIdInCapitals_AnswersWhatPostAnswered()
    {
        var name = AdminFixture.NewName();
        var created = await admin.CreateAsync("/services", $$"""{"name":"{{name}}","host":"up.example","tags":["b","a"]}""");
        var id = created["id"]!.ToString();

        foreach (var key in new[] { name, id, id.ToUpperInvariant() })
        {
            AdminFixture.AssertIs(HttpStatusCode.OK, created.ToJsonString(), await admin.Host.GetAsync("/services/" + key));
        }
    }

    [Fact]
    public async Task Get_NameOfThirtyTwoHexDigits_IsANameAndNoId()
    {
        var name = Guid.NewGuid().ToString("N");
        var id = await admin.CreateServiceAsync(name);

        var answer = await admin.Host.GetAsync("/services/" + name);

        Assert.Equal((HttpStatusCode.OK, id), (answer.Status, answer["id"]?.ToString()));
    }

    [Fact]
    public async Task Get_PercentEncodedName_FindsIt()
    {
        var id = await admin.CreateServiceAsync("grün-" + AdminFixture.NewName());
        var name = (await admin.Host.GetAsync("/services/" + id))["name"]!.ToString();

        Assert.Equal(id, (await admin.Host.GetAsync("/services/" + Uri.EscapeDataString(name)))["id"]?.ToString());
    }

    [Fact]
    public async Task Put_UnknownId_CreatesThatIdAndAnswers200()
    {
        var id = Guid.NewGuid().ToString();

        var answer = await admin.Host.PutAsync("/services/" + id, """{"host":"up.example"}""");

        Assert.Equal((HttpStatusCode.OK, id), (answer.Status, answer["id"]?.ToString()));
        AdminFixture.AssertIs(HttpStatusCode.OK, answer.Text, await admin.Host.GetAsync("/services/" + id));
    }

    [Fact]
    public async Task Put_UnknownName_CreatesItUnderTheNameOfThePath()
    {
        var name = AdminFixture.NewName();

        var answer = await admin.Host.PutAsync("/services/" + name, """{"host":"up.example","name":"another"}""");

        Assert.Equal((HttpStatusCode.OK, name), (answer.Status, answer["name"]?.ToString()));
        Assert.True(Guid.TryParse(answer["id"]!.ToString(), out _));
    }

    [Fact]
    public async Task Put_NameOfThirtyTwoHexDigits_CreatesThatName()
    {
        var name = Guid.NewGuid().ToString("N");

        var answer = await admin.Host.PutAsync("/services/" + name, """{"host":"up.example"}""");

        Assert.Equal(name, answer["name"]?.ToString());
    }

    [Fact]
    public async Task Put_ExistingName_KeepsIdAndCreationAndResetsTheRest()
    {
        var name = AdminFixture.NewName();
        var created = await admin.CreateAsync("/services", $$"""{"name":"{{name}}","host":"old.example","retries":9,"path":"/p","tags":["t"],"created_at":1700000000}""");

        var answer = await admin.Host.PutAsync("/services/" + name, """{"host":"new.example"}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(
            (created["id"]!.ToString(), "1700000000", name, "new.example", "5", null, null),
            (Text(answer.Json, "id"), Text(answer.Json, "created_at"), Text(answer.Json, "name"), Text(answer.Json, "host"), Text(answer.Json, "retries"), Text(answer.Json, "path"), Text(answer.Json, "tags")));
    }

    [Fact]
    public async Task Put_BodyNamesAnotherId_Answers400AndChangesNothing()
    {
        var id = await admin.CreateServiceAsync();
        var before = await admin.Host.GetAsync("/services/" + id);

        var answer = await admin.Host.PutAsync("/services/" + id, $$"""{"id":"{{Guid.NewGuid()}}","host":"other.example"}""");

        Assert.Equal((HttpStatusCode.BadRequest, "2"), (answer.Status, Text(answer.Json, "code")));
        Assert.NotNull(answer["fields"]!["id"]);
        Assert.Equal(before.Text, (await admin.Host.GetAsync("/services/" + id)).Text);
    }

    [Fact]
    public async Task Patch_OneField_LeavesTheOthers()
    {
        var created = await admin.CreateAsync("/services", """{"host":"up.example","path":"/p","retries":9,"tags":["t"]}""");

        var answer = await admin.Host.PatchAsync("/services/" + created["id"], """{"retries":3}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        created["retries"] = 3;
        created["updated_at"] = answer["updated_at"]!.DeepClone();
        Assert.Equal(CanonicalJson.Of(created), CanonicalJson.Of(answer.Text));
    }

    [Fact]
    public async Task Patch_Null_ClearsWithoutADefaultAndResetsWithOne()
    {
        var created = await admin.CreateAsync("/services", """{"host":"up.example","path":"/p","port":8080,"tags":["t"]}""");

        var answer = await admin.Host.PatchAsync("/services/" + created["id"], """{"path":null,"tags":null,"port":null}""");

        Assert.Equal((HttpStatusCode.OK, null, null, "80"), (answer.Status, Text(answer.Json, "path"), Text(answer.Json, "tags"), Text(answer.Json, "port")));
    }

    [Fact]
    public async Task Patch_NullWhereAValueIsNeeded_Answers400()
    {
        var id = await admin.CreateServiceAsync();

        AdminFixture.AssertIs(
            HttpStatusCode.BadRequest,
            """{"code":2,"name":"schema violation","message":"schema violation (host: required field missing)","fields":{"host":"required field missing"}}""",
            await admin.Host.PatchAsync("/services/" + id, """{"host":null}"""));
    }

    [Fact]
    public async Task Patch_UrlWithoutPath_ClearsThePath()
    {
        var created = await admin.CreateAsync("/services", """{"url":"https://up.example/base"}""");

        var answer = await admin.Host.PatchAsync("/services/" + created["id"], """{"url":"http://other.example:81"}""");

        Assert.Equal(("http", "other.example", "81", null), (Text(answer.Json, "protocol"), Text(answer.Json, "host"), Text(answer.Json, "port"), Text(answer.Json, "path")));
    }

    [Fact]
    public async Task Patch_UnknownIdOrName_Answers404()
    {
        var id = Guid.NewGuid();

        AdminFixture.AssertIs(
            HttpStatusCode.NotFound,
            $$$"""{"code":6,"name":"not found","message":"could not find the entity with primary key '{id=\"{{{id}}}\"}'","fields":{"id":"{{{id}}}"}}""",
            await admin.Host.PatchAsync("/services/" + id, """{"retries":1}"""));
        AdminFixture.AssertIs(HttpStatusCode.NotFound, """{"message":"Not found"}""", await admin.Host.PatchAsync("/services/nobody", """{"retries":1}"""));
    }

    [Fact]
    public async Task Delete_TwiceByName_Answers204BothTimesAndItIsGone()
    {
        var name = AdminFixture.NewName();
        await admin.CreateServiceAsync(name);

        foreach (var _ in new[] { 1, 2 })
        {
            var answer = await admin.Host.DeleteAsync("/services/" + name);
            Assert.Equal((HttpStatusCode.NoContent, ""), (answer.Status, answer.Text));
        }

        AdminFixture.AssertIs(HttpStatusCode.NotFound, """{"message":"Not found"}""", await admin.Host.GetAsync("/services/" + name));
    }

    [Fact]
    public async Task Post_SameNameAgain_Answers409AndTheNameIsFreeAfterADelete()
    {
        var name = AdminFixture.NewName();
        var id = await admin.CreateServiceAsync(name);
        var body = $$"""{"name":"{{name}}","host":"up.example"}""";

        AdminFixture.AssertIs(
            HttpStatusCode.Conflict,
            $$$"""{"code":5,"name":"unique constraint violation","message":"UNIQUE violation detected on '{name=\"{{{name}}}\"}'","fields":{"name":"{{{name}}}"}}""",
            await admin.Host.PostAsync("/services", body));
        await admin.Host.DeleteAsync("/services/" + id);
        Assert.Equal(HttpStatusCode.Created, (await admin.Host.PostAsync("/services", body)).Status);
    }

    [Fact]
    public async Task PutAndPatch_NameOfAnother_Answer409()
    {
        var taken = AdminFixture.NewName();
        await admin.CreateServiceAsync(taken);
        var id = await admin.CreateServiceAsync();
        var body = $$"""{"name":"{{taken}}","host":"up.example"}""";

        Assert.Equal(HttpStatusCode.Conflict, (await admin.Host.PutAsync("/services/" + id, body)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.Host.PatchAsync("/services/" + id, body)).Status);
        Assert.NotEqual(taken, (await admin.Host.GetAsync("/services/" + id))["name"]?.ToString());
    }

    [Fact]
    public async Task Post_IdThatExists_AnswersPrimaryKeyViolation()
    {
        var id = await admin.CreateServiceAsync();

        AdminFixture.AssertIs(
            HttpStatusCode.BadRequest,
            $$$"""{"code":3,"name":"primary key violation","message":"primary key violation on key '{id=\"{{{id}}}\"}'","fields":{"id":"{{{id}}}"}}""",
            await admin.Host.PostAsync("/services", $$"""{"id":"{{id}}","host":"up.example"}"""));
    }

    [Fact]
    public async Task Service_WithARoute_CannotBeDeleted()
    {
        var id = await admin.CreateServiceAsync();
        var route = await admin.CreateAsync($"/services/{id}/routes", """{"paths":["/a"]}""");

        AdminFixture.AssertIs(
            HttpStatusCode.BadRequest,
            """{"code":4,"name":"foreign key violation","message":"an existing 'routes' entity references this 'services' entity","fields":{"@referenced_by":"routes"}}""",
            await admin.Host.DeleteAsync("/services/" + id));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync("/routes/" + route["id"])).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync("/services/" + id)).Status);
    }

    private static string? Text(JsonObject entity, string field) => entity[field]?.ToString();
}
