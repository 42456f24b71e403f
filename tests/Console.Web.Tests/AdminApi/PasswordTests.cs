using System.Net;
using System.Text.Json.Nodes;
using ConsoleWeb.Auth;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Passwords of consumers: what is stored and returned is a hash, and it survives being written back.</summary>
public sealed class PasswordTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private const string Hash = "^\\$pbkdf2-sha256\\$i=100000\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}$";

    [Fact]
    public async Task Password_IsReturnedAsAHash_ThatStaysTheSame()
    {
        var (path, user) = await CreateUserAsync("word");

        var created = (await admin.Host.GetAsync(path))["password"]!.ToString();
        var again = await admin.Host.PutAsync(path, Body(user, "word"));
        var back = await admin.Host.PutAsync(path, Body(user, created));
        var tagged = await admin.Host.PatchAsync(path, """{"tags":["t"]}""");
        var other = await admin.Host.PatchAsync(path, """{"password":"other"}""");

        Assert.Matches(Hash, created);
        Assert.All([again, back, tagged], a => Assert.Equal((HttpStatusCode.OK, created), (a.Status, a["password"]!.ToString())));
        Assert.Matches(Hash, other["password"]!.ToString());
        Assert.NotEqual(created, other["password"]!.ToString());
    }

    [Fact]
    public async Task Password_ToATokenWithoutSecretsRead_IsMasked_AndTheMaskKeepsIt()
    {
        var token = await admin.Host.MakeTokenAsync(TokenScopes.ConfigWrite);
        var (path, user) = await CreateUserAsync("word");
        var stored = (await admin.Host.GetAsync(path))["password"]!.ToString();

        var masked = await admin.Host.SendAsync(HttpMethod.Get, path, null, token);
        var put = await admin.Host.SendAsync(HttpMethod.Put, path, Body(user, masked["password"]!.ToString()), token);

        Assert.Equal(("********", HttpStatusCode.OK), (masked["password"]!.ToString(), put.Status));
        Assert.Equal(stored, (await admin.Host.GetAsync(path))["password"]!.ToString());
    }

    [Theory]
    [InlineData("""{"username":"u"}""", "required field missing")]
    [InlineData("""{"username":"u","password":""}""", "length must be at least 1")]
    [InlineData("""{"username":"u","password":7}""", "expected a string")]
    public async Task Password_Faulty_Answers400(string body, string text)
    {
        var consumer = "/consumers/" + AdminFixture.NewName();
        await admin.Host.PutAsync(consumer, "{}");

        var answer = await admin.Host.PostAsync(consumer + "/basic-auth", body);

        Assert.Equal((HttpStatusCode.BadRequest, text), (answer.Status, answer["fields"]!["password"]?.ToString()));
    }

    private static string Body(string user, string password) => new JsonObject { ["username"] = user, ["password"] = password }.ToJsonString();

    private async Task<(string Path, string User)> CreateUserAsync(string password)
    {
        var user = AdminFixture.NewName();
        await admin.Host.PutAsync("/consumers/" + user, "{}");
        var created = await admin.CreateAsync($"/consumers/{user}/basic-auth", Body(user, password));
        return ($"/consumers/{user}/basic-auth/{created["id"]}", user);
    }
}
