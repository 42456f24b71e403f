using System.Security.Claims;
using System.Text.Json;
using ConsoleWeb.Auth.Oidc;

namespace ConsoleWeb.Tests.Auth.Oidc;

public sealed class ExternalIdentityTests
{
    [Theory]
    [InlineData("roles", "a,b")]
    [InlineData("https://example.com/roles", "dotted")]
    [InlineData("realm_access.roles", "c,d")]
    [InlineData("realm_access.one", "e")]
    [InlineData("realm_access.number", "")]
    [InlineData("realm_access.none.deeper", "")]
    [InlineData("roles.inside", "")]
    [InlineData("missing", "")]
    public void Values_OfAClaim_AreFoundByNameOrByPath(string claim, string values)
    {
        var person = Person(("roles", "a"), ("roles", "b"), ("https://example.com/roles", "dotted"), ("realm_access", """{"roles":["c",1,"d"],"one":"e","number":2}"""));

        Assert.Equal(values, string.Join(',', ExternalIdentity.Values(person, claim)));
    }

    [Fact]
    public void Read_WithoutIssuerOrSubject_IsNobody()
    {
        Assert.Null(ExternalIdentity.Read(Person(("sub", "1")), null, "roles"));
        Assert.Null(ExternalIdentity.Read(Person(("name", "Ada")), "https://issuer", "roles"));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData(null, false)]
    public void Read_Email_IsVerifiedOnlyWhenTheProviderSaysSo(string? claim, bool isVerified)
    {
        var person = claim is null ? Person(("sub", "1"), ("email", "a@example.com")) : Person(("sub", "1"), ("email", "a@example.com"), ("email_verified", claim));

        Assert.Equal(isVerified, ExternalIdentity.Read(person, "https://issuer", "roles")!.IsEmailVerified);
    }

    [Fact]
    public void UserInfo_ReplacesWhatTheTokenSays()
    {
        var identity = new ClaimsIdentity([new Claim("roles", "old"), new Claim("name", "Ada")]);
        using var info = JsonDocument.Parse("""{"roles":["new","newer"],"realm_access":{"roles":["deep"]}}""");

        foreach (var claim in new[] { "roles", "name", "realm_access" })
        {
            new UserInfoClaim(claim).Run(info.RootElement, identity, "oidc");
        }

        var person = new ClaimsPrincipal(identity);
        Assert.Equal(["new", "newer"], ExternalIdentity.Values(person, "roles"));
        Assert.Equal(["deep"], ExternalIdentity.Values(person, "realm_access.roles"));
        Assert.Equal("Ada", person.FindFirstValue("name"));
    }

    private static ClaimsPrincipal Person(params (string Type, string Value)[] claims) => new(new ClaimsIdentity(claims.Select(c => new Claim(c.Type, c.Value))));
}
