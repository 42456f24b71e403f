using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Collections below a parent, and the parent of a child.</summary>
public sealed class NestedEndpointTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task ServiceRoutes_PostAndList_BelongToTheServiceOfThePath()
    {
        var name = AdminFixture.NewName();
        var service = await admin.CreateServiceAsync(name);
        await admin.CreateAsync("/routes", """{"paths":["/elsewhere"]}""");

        var route = await admin.CreateAsync($"/services/{name}/routes", $$$"""{"paths":["/a"],"service":{"id":"{{{Guid.NewGuid()}}}"}}""");

        Assert.Equal(service, route["service"]!["id"]!.ToString());
        AdminFixture.AssertIs(HttpStatusCode.OK, new JsonObject { ["data"] = new JsonArray(route.DeepClone()), ["next"] = null }.ToJsonString(), await admin.Host.GetAsync($"/services/{service}/routes"));
    }

    [Fact]
    public async Task Route_New_HasEveryFieldAndItsDefault()
    {
        var service = await admin.CreateServiceAsync();

        var route = await admin.CreateAsync($"/services/{service}/routes", """{"paths":["/a"]}""");

        foreach (var generated in new[] { "id", "created_at", "updated_at" })
        {
            Assert.True(route.Remove(generated));
        }

        Assert.Equal(
            CanonicalJson.Of($$"""
                {
                  "name":null,"protocols":["http","https"],"methods":null,"hosts":null,"paths":["/a"],"headers":null,"snis":null,
                  "sources":null,"destinations":null,"https_redirect_status_code":426,"regex_priority":0,"strip_path":true,
                  "path_handling":"v0","preserve_host":false,"request_buffering":true,"response_buffering":true,"tags":null,
                  "service":{"id":"{{service}}"}
                }
                """),
            CanonicalJson.Of(route));
    }

    [Fact]
    public async Task Child_OfAnotherParent_IsNotFoundAndNotTouched()
    {
        var (mine, other) = (await admin.CreateServiceAsync(), await admin.CreateServiceAsync());
        var route = await admin.CreateAsync($"/services/{mine}/routes", """{"paths":["/a"]}""");
        var path = $"/services/{other}/routes/{route["id"]}";

        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.PatchAsync(path, """{"paths":["/b"]}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.PutAsync(path, """{"paths":["/b"]}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync(path)).Status);
        AdminFixture.AssertIs(HttpStatusCode.OK, route.ToJsonString(), await admin.Host.GetAsync($"/services/{mine}/routes/{route["id"]}"));
    }

    [Fact]
    public async Task Child_PutPatchDeleteByName_WorkBelowItsParent()
    {
        var service = await admin.CreateServiceAsync();
        var path = $"/services/{service}/routes/{AdminFixture.NewName()}";

        var put = await admin.Host.PutAsync(path, """{"paths":["/a"]}""");
        var patched = await admin.Host.PatchAsync(path, """{"hosts":["a.example"]}""");
        var deleted = await admin.Host.DeleteAsync(path);

        Assert.Equal((HttpStatusCode.OK, service), (put.Status, put["service"]!["id"]!.ToString()));
        Assert.Equal((HttpStatusCode.OK, "a.example", "/a"), (patched.Status, patched["hosts"]![0]!.ToString(), patched["paths"]![0]!.ToString()));
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync(path)).Status);
    }

    [Theory]
    [InlineData("/services/nobody/routes")]
    [InlineData("/routes/nobody/plugins")]
    [InlineData("/upstreams/nobody/targets")]
    [InlineData("/consumers/nobody/key-auth")]
    public async Task Parent_Unknown_Answers404(string path)
    {
        AdminFixture.AssertIs(HttpStatusCode.NotFound, """{"message":"Not found"}""", await admin.Host.GetAsync(path));
        AdminFixture.AssertIs(HttpStatusCode.NotFound, """{"message":"Not found"}""", await admin.Host.PostAsync(path, "{}"));
    }

    [Fact]
    public async Task RouteService_ReadAndChanged_IsTheService()
    {
        var service = await admin.CreateServiceAsync();
        var route = await admin.CreateAsync($"/services/{service}/routes", """{"paths":["/a"]}""");
        var path = $"/routes/{route["id"]}/service";

        var patched = await admin.Host.PatchAsync(path, """{"retries":2}""");

        Assert.Equal((HttpStatusCode.OK, service, 2), (patched.Status, patched["id"]!.ToString(), patched["retries"]!.GetValue<int>()));
        AdminFixture.AssertIs(HttpStatusCode.OK, patched.Text, await admin.Host.GetAsync(path));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await admin.Host.DeleteAsync(path)).Status);
        await admin.Host.PatchAsync($"/routes/{route["id"]}", """{"service":null}""");
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.DeleteAsync(path)).Status);
    }

    [Fact]
    public async Task Upstream_New_HasEveryDefault()
    {
        var upstream = await admin.CreateAsync("/upstreams", $$"""{"name":"{{AdminFixture.NewName()}}"}""");

        Assert.Equal(
            ("round-robin", "none", "none", "/", "10000", "False"),
            (Text("algorithm"), Text("hash_on"), Text("hash_fallback"), Text("hash_on_cookie_path"), Text("slots"), upstream["use_srv_name"]!.GetValue<bool>().ToString()));
        var checks = upstream["healthchecks"]!;
        Assert.Equal(
            CanonicalJson.Of("""
                {
                  "type":"http","timeout":1,"concurrency":10,"http_path":"/","https_sni":null,"https_verify_certificate":true,"headers":null,
                  "healthy":{"interval":0,"successes":0,"http_statuses":[200,302]},
                  "unhealthy":{"interval":0,"tcp_failures":0,"timeouts":0,"http_failures":0,"http_statuses":[429,404,500,501,502,503,504,505]}
                }
                """),
            CanonicalJson.Of(checks["active"]));
        Assert.Equal(0, checks["threshold"]!.GetValue<int>());
        Assert.Equal(CanonicalJson.Of("[429,500,503]"), CanonicalJson.Of(checks["passive"]!["unhealthy"]!["http_statuses"]));

        string? Text(string field) => upstream[field]?.ToString();
    }

    [Fact]
    public async Task Upstream_PatchOfOneNestedField_LeavesItsNeighbours()
    {
        var upstream = await admin.CreateAsync("/upstreams", $$$$$"""{"name":"{{{{{AdminFixture.NewName()}}}}}","healthchecks":{"active":{"healthy":{"interval":5,"successes":2}}}}""");

        var answer = await admin.Host.PatchAsync("/upstreams/" + upstream["id"], """{"healthchecks":{"active":{"healthy":{"successes":9}}}}""");

        upstream["healthchecks"]!["active"]!["healthy"]!["successes"] = 9;
        Assert.Equal(CanonicalJson.Of(upstream["healthchecks"]), CanonicalJson.Of(answer["healthchecks"]));
    }

    [Fact]
    public async Task Target_WithoutPort_IsStoredWithOneAndFoundByItsAddress()
    {
        var upstream = await NewUpstreamAsync();

        var target = await admin.CreateAsync(upstream + "/targets", """{"target":"10.0.0.1"}""");

        Assert.Equal(("10.0.0.1:8000", 100), (target["target"]!.ToString(), target["weight"]!.GetValue<int>()));
        AdminFixture.AssertIs(HttpStatusCode.OK, target.ToJsonString(), await admin.Host.GetAsync(upstream + "/targets/10.0.0.1:8000"));
        AdminFixture.AssertIs(HttpStatusCode.OK, target.ToJsonString(), await admin.Host.GetAsync($"{upstream}/targets/{target["id"]}"));
    }

    [Theory]
    [InlineData("10.0.0.9", "10.0.0.9:8000", "10.0.0.9")]
    [InlineData("[2001:DB8::1]:80", "[2001:0db8:0000:0000:0000:0000:0000:0001]:80", "[2001:db8::1]:80", "[2001:0DB8:0:0:0:0:0:1]:80")]
    [InlineData("2001:db8::2", "[2001:0db8:0000:0000:0000:0000:0000:0002]:8000", "2001:db8::2", "[2001:db8::2]")]
    public async Task Target_AnySpellingOfItsAddress_IsTheTarget(string address, string stored, params string[] spellings)
    {
        var upstream = "/upstreams/" + (await admin.CreateAsync("/upstreams", $$"""{"name":"{{AdminFixture.NewName()}}"}"""))["id"];
        var target = await admin.CreateAsync(upstream + "/targets", $$"""{"target":"{{address}}"}""");

        Assert.Equal(stored, target["target"]!.ToString());
        foreach (var path in spellings.Append(stored).Select(s => $"{upstream}/targets/{s}"))
        {
            AdminFixture.AssertIs(HttpStatusCode.OK, target.ToJsonString(), await admin.Host.GetAsync(path));
            Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.PutAsync(path + "/healthy", "{}")).Status);
            var put = await admin.Host.PutAsync(path, """{"weight":8}""");
            Assert.Equal((HttpStatusCode.OK, stored, target["id"]!.ToString(), 8), (put.Status, put["target"]?.ToString(), put["id"]?.ToString(), put["weight"]?.GetValue<int>()));
            target = (await admin.Host.PatchAsync(path, """{"weight":100}""")).Json;
        }

        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync($"{upstream}/targets/{spellings[0]}")).Status);
        Assert.Equal("""{"data":[],"next":null}""", (await admin.Host.GetAsync(upstream + "/targets")).Text);
    }

    [Fact]
    public async Task Target_PatchPutAndDeleteByAddress_ChangeThatTargetOnly()
    {
        var (one, other) = (await NewUpstreamAsync(), await NewUpstreamAsync());
        var target = await admin.CreateAsync(one + "/targets", """{"target":"10.0.0.2:80"}""");
        var sameElsewhere = await admin.CreateAsync(other + "/targets", """{"target":"10.0.0.2:80"}""");

        var patched = await admin.Host.PatchAsync(one + "/targets/10.0.0.2:80", """{"weight":7}""");
        var put = await admin.Host.PutAsync(one + "/targets/10.0.0.2:80", """{"target":"10.0.0.2:80","weight":8}""");
        var deleted = await admin.Host.DeleteAsync(one + "/targets/10.0.0.2:80");

        Assert.Equal((HttpStatusCode.OK, 7), (patched.Status, patched["weight"]!.GetValue<int>()));
        Assert.Equal((HttpStatusCode.OK, 8, target["id"]!.ToString()), (put.Status, put["weight"]!.GetValue<int>(), put["id"]!.ToString()));
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal("""{"data":[],"next":null}""", (await admin.Host.GetAsync(one + "/targets")).Text);
        AdminFixture.AssertIs(HttpStatusCode.OK, sameElsewhere.ToJsonString(), await admin.Host.GetAsync(other + "/targets/10.0.0.2:80"));
    }

    [Fact]
    public async Task Target_PutToAnAbsentOne_Answers404AndPostWithItsIdCreatesIt()
    {
        var upstream = await NewUpstreamAsync();
        var id = Guid.NewGuid().ToString();

        var put = await admin.Host.PutAsync($"{upstream}/targets/{id}", """{"target":"10.0.0.3:80"}""");
        var post = await admin.Host.PostAsync(upstream + "/targets", $$"""{"id":"{{id}}","target":"10.0.0.3:80"}""");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Created, id), (put.Status, post.Status, post["id"]?.ToString()));
    }

    [Fact]
    public async Task Target_SameAddressAgain_Answers409()
    {
        var upstream = await NewUpstreamAsync();
        await admin.CreateAsync(upstream + "/targets", """{"target":"10.0.0.4:8000"}""");

        var answer = await admin.Host.PostAsync(upstream + "/targets", """{"target":"10.0.0.4"}""");

        Assert.Equal((HttpStatusCode.Conflict, 5), (answer.Status, answer["code"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Upstream_Deleted_TakesItsTargetsAlong()
    {
        var upstream = await NewUpstreamAsync();
        await admin.CreateAsync(upstream + "/targets", """{"target":"10.0.0.5:80"}""");

        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync(upstream)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync(upstream + "/targets")).Status);
    }

    [Fact]
    public async Task AclGroup_ByNameBelowItsConsumer_IsFoundAndDeleted()
    {
        var consumer = "/consumers/" + AdminFixture.NewName();
        await admin.Host.PutAsync(consumer, "{}");
        var acl = await admin.CreateAsync(consumer + "/acls", """{"group":"staff"}""");

        AdminFixture.AssertIs(HttpStatusCode.OK, acl.ToJsonString(), await admin.Host.GetAsync(consumer + "/acls/staff"));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync(consumer + "/acls/staff")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/acls/" + acl["id"])).Status);
    }

    [Fact]
    public async Task AclGroup_PutByName_IsCreatedOnceAndKeepsItsId()
    {
        var consumer = "/consumers/" + AdminFixture.NewName();
        await admin.Host.PutAsync(consumer, "{}");

        var created = await admin.Host.PutAsync(consumer + "/acls/staff", "{}");
        var again = await admin.Host.PutAsync(consumer + "/acls/staff", """{"group":"other","tags":["t"]}""");

        Assert.Equal((HttpStatusCode.OK, "staff"), (created.Status, created["group"]?.ToString()));
        Assert.Equal(
            (HttpStatusCode.OK, "staff", created["id"]!.ToString(), "t"),
            (again.Status, again["group"]?.ToString(), again["id"]!.ToString(), again["tags"]![0]!.ToString()));
        Assert.Single((await admin.Host.GetAsync(consumer + "/acls"))["data"]!.AsArray());
    }

    [Fact]
    public async Task Credential_UnderAKeyOfThirtyTwoHexDigits_IsFoundByIt()
    {
        var consumer = "/consumers/" + AdminFixture.NewName();
        await admin.Host.PutAsync(consumer, "{}");
        var key = Guid.NewGuid().ToString("N");
        var credential = await admin.CreateAsync(consumer + "/key-auth", $$"""{"key":"{{key}}"}""");

        Assert.Equal(credential["id"]!.ToString(), (await admin.Host.GetAsync($"{consumer}/key-auth/{key}"))["id"]?.ToString());
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync(consumer)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/key-auths/" + credential["id"])).Status);
    }

    private async Task<string> NewUpstreamAsync() =>
        "/upstreams/" + (await admin.CreateAsync("/upstreams", $$"""{"name":"{{AdminFixture.NewName()}}"}"""))["id"];
}
