using System.Net;
using System.Text.Json.Nodes;
using ConsoleWeb.Tests.Hosting;

namespace ConsoleWeb.Tests.AdminApi.Hostile;

/// <summary>Values that are the server's to set, and ids that belong to something else.</summary>
public sealed class ForeignValueTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private const long LongAgo = 1000;

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task UpdatedAt_Sent_IsTheServersAllTheSame(string method)
    {
        var id = await admin.CreateServiceAsync();

        var answer = await admin.Host.SendAsync(new HttpMethod(method), "/services/" + id, $$"""{"host":"h","updated_at":{{LongAgo}},"created_at":{{LongAgo}}}""");

        Assert.Equal((HttpStatusCode.OK, LongAgo), (answer.Status, answer["created_at"]!.GetValue<long>()));
        Assert.True(answer["updated_at"]!.GetValue<long>() > LongAgo);
    }

    [Theory]
    [InlineData("PUT", "/services/{0}")]
    [InlineData("PATCH", "/services/{0}")]
    [InlineData("PUT", "/services/{1}")]
    [InlineData("PATCH", "/services/{1}")]
    public async Task Id_AnotherThanThatOfThePath_IsRefusedAndChangesNothing(string method, string path)
    {
        var name = AdminFixture.NewName();
        var id = await admin.CreateServiceAsync(name);
        var before = await admin.Host.GetAsync("/services/" + id);

        var answer = await admin.Host.SendAsync(new HttpMethod(method), path.Replace("{0}", id).Replace("{1}", name), $$"""{"id":"{{Guid.NewGuid()}}","host":"other"}""");

        AssertRefused(HttpStatusCode.BadRequest, 2, answer);
        Assert.Equal(before.Text, (await admin.Host.GetAsync("/services/" + id)).Text);
    }

    [Fact]
    public async Task CertificateDigest_Sent_IsComputedAllTheSame()
    {
        using var authority = new Gateway.Testing.TestAuthority();
        var body = new JsonObject { ["cert"] = authority.Certificate, ["cert_digest"] = new string('0', 64) };

        var created = await admin.CreateAsync("/ca_certificates", body.ToJsonString());

        Assert.NotEqual(new string('0', 64), created["cert_digest"]!.GetValue<string>());
    }

    [Fact]
    public async Task EndOfAKey_Sent_IsNotTheClientsToSet()
    {
        var consumer = await admin.CreateAsync("/consumers", $$"""{"username":"{{AdminFixture.NewName()}}"}""");

        var created = await admin.CreateAsync($"/consumers/{consumer["id"]}/key-auth", $$"""{"key":"{{AdminFixture.NewName()}}","expires_at":1}""");

        Assert.False(created.ContainsKey("expires_at"));
        Assert.Equal(HttpStatusCode.OK, (await admin.Host.GetAsync("/key-auths/" + created["id"])).Status);
    }

    [Fact]
    public async Task ChildOfAPath_NamingAnotherParent_BelongsToThatOfThePath()
    {
        var (mine, other) = (await admin.CreateServiceAsync(), await admin.CreateServiceAsync());

        var created = await admin.CreateAsync($"/services/{mine}/routes", $$$"""{"paths":["/a"],"service":{"id":"{{{other}}}"}}""");

        Assert.Equal(mine, created["service"]!["id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"host":"h","role":"admin"}""")]
    [InlineData("""{"host":"h","workspace":"other"}""")]
    [InlineData("""{"host":"h","ws_id":"x"}""")]
    [InlineData("""{"host":"h","__proto__":{"host":"x"}}""")]
    [InlineData("""{"host":"h","Host":"x"}""")]
    [InlineData("""{"host":"h","client_certificate":{"id":"00000000-0000-4000-8000-000000000000","cert":"x"}}""")]
    public async Task Member_NoSuchField_IsRefused(string body)
    {
        var answer = await admin.Host.PostAsync("/services", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.True(answer["code"]!.GetValue<int>() is 2 or 4);
    }

    [Fact]
    public async Task Id_OfAnotherKind_LeadsNowhere()
    {
        var service = await admin.CreateServiceAsync();
        var consumer = (await admin.CreateAsync("/consumers", $$"""{"username":"{{AdminFixture.NewName()}}"}"""))["id"]!.ToString();
        var before = (await admin.Host.GetAsync("/services/" + service)).Text;

        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/consumers/" + service)).Status);
        AssertRefused(HttpStatusCode.NotFound, 6, await admin.Host.PatchAsync("/consumers/" + service, """{"username":"x"}"""));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync("/consumers/" + service)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.PostAsync($"/consumers/{service}/key-auth", "{}")).Status);
        AssertRefused(HttpStatusCode.BadRequest, 4, await admin.Host.PostAsync("/routes", $$$"""{"paths":["/a"],"service":{"id":"{{{consumer}}}"}}"""));
        AssertRefused(HttpStatusCode.BadRequest, 4, await admin.Host.PostAsync("/plugins", $$$"""{"name":"cors","route":{"id":"{{{service}}}"}}"""));
        Assert.Equal(before, (await admin.Host.GetAsync("/services/" + service)).Text);
    }

    [Fact]
    public async Task Id_TakenByAnotherKind_IsRefusedAndBothStayApart()
    {
        var service = await admin.CreateServiceAsync();
        var plugin = await admin.CreateAsync($"/services/{service}/plugins", """{"name":"cors"}""");

        AssertRefused(HttpStatusCode.BadRequest, 3, await admin.Host.PutAsync("/consumers/" + service, """{"username":"same-id"}"""));
        AssertRefused(HttpStatusCode.BadRequest, 3, await admin.Host.PostAsync("/upstreams", $$"""{"id":"{{service}}","name":"same.id"}"""));

        await admin.Host.DeleteAsync("/consumers/" + service);
        Assert.Equal(HttpStatusCode.OK, (await admin.Host.GetAsync("/plugins/" + plugin["id"])).Status);
    }

    [Theory]
    [InlineData("/services/..%2fconsumers")]
    [InlineData("/services/%2e%2e%2fstatus")]
    [InlineData("/services/a%0d%0ab")]
    [InlineData("/services/%ff%fe")]
    [InlineData("/services/'; DROP TABLE x;--")]
    [InlineData("/services/00000000-0000-0000-0000-000000000000")]
    [InlineData("/schemas/plugins/..%2f..%2fetc%2fpasswd")]
    [InlineData("/consumers/%C0%AE")]
    public async Task Path_Hostile_LeadsNowhere(string path)
    {
        var answer = await admin.Host.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.NotEqual("", answer["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("size=1e3", 9)]
    [InlineData("size=-1", 9)]
    [InlineData("size=99999999999999999999", 9)]
    [InlineData("size=5&size=6", 9)]
    [InlineData("offset=%00%ff", 7)]
    [InlineData("offset=' OR 1=1", 7)]
    [InlineData("tags=a%0ab", 11)]
    [InlineData("tags=a%00b", 11)]
    public async Task Query_Hostile_IsRefused(string query, int code) =>
        AssertRefused(HttpStatusCode.BadRequest, code, await admin.Host.GetAsync("/services?" + query));

    [Fact]
    public async Task Entity_LargerThanAllowed_IsRefused()
    {
        var route = """{"paths":["/a"],"hosts":[""" + string.Join(',', Enumerable.Range(0, 6000).Select(i => $"\"host-{i:000000}.example\"")) + "]}";

        AssertRefused(HttpStatusCode.BadRequest, 2, await admin.Host.PostAsync("/routes", route));
    }

    private static void AssertRefused(HttpStatusCode status, int code, Answer answer)
    {
        Assert.True(status == answer.Status, $"{answer.Status} {answer.Text}");
        Assert.Equal(code, answer["code"]!.GetValue<int>());
        Assert.NotEqual("", answer["message"]!.GetValue<string>());
    }
}
