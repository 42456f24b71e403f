using ConsoleWeb.Auth;
using ConsoleWeb.Options;
using Microsoft.Extensions.Configuration;

namespace ConsoleWeb.Tests.Auth.Oidc;

public sealed class OidcOptionsTests
{
    private static readonly string[] Usable = ["Authority=https://login.example.com/realm", "ClientId=gatehouse", "RoleMap:Admin=ops"];

    [Fact]
    public void Read_NothingSet_IsNoProviderAndNoFault()
    {
        var (options, faults) = Read();

        Assert.Null(options);
        Assert.Empty(faults);
    }

    [Fact]
    public void Read_Minimum_HasTheDefaults()
    {
        var (options, faults) = Read(Usable);

        Assert.Empty(faults);
        Assert.Equal(("login.example.com", "roles", null, true, false, true),
            (options!.DisplayName, options.RoleClaim, options.DefaultRole, options.AutoCreate, options.LinkVerifiedEmail, options.RequireHttpsMetadata));
        Assert.Equal(["openid", "profile", "email"], options.Scopes);
    }

    [Theory]
    [InlineData("Scopes=email groups", "email,groups,openid")]
    [InlineData("Scopes:0=openid;Scopes:1=groups", "openid,groups")]
    public void Read_Scopes_AlwaysHaveOpenid(string settings, string scopes) =>
        Assert.Equal(scopes, string.Join(',', Read([.. Usable, .. settings.Split(';')]).Options!.Scopes));

    [Fact]
    public void Read_ValueOfTwoRoles_GivesTheStronger()
    {
        var map = Read([.. Usable, "RoleMap:viewer=all, ops", "RoleMap:Editor:0=cn=dev,ou=groups"]).Options!.RoleMap;

        Assert.Equal(3, map.Count);
        Assert.Equal((Roles.Admin, Roles.Viewer, Roles.Editor), (map["ops"], map["all"], map["cn=dev,ou=groups"]));
    }

    [Theory]
    [InlineData("Authority=", "Authority: is missing")]
    [InlineData("Authority=login.example.com", "Authority: 'login.example.com' is not an address")]
    [InlineData("Authority=http://login.example.com", "RequireHttpsMetadata=false")]
    [InlineData("ClientId=", "ClientId: is missing")]
    [InlineData("RoleMap:Boss=ops", "RoleMap__Boss: 'Boss' is not one of Viewer, Operator, Editor, Admin")]
    [InlineData("DefaultRole=Boss", "DefaultRole: 'Boss' is not one of")]
    [InlineData("AutoCreate=maybe", "AutoCreate: 'maybe' is neither true nor false")]
    [InlineData("RoleMap:Admin=", "RoleMap: nobody new would get a role")]
    [InlineData("PublicUrl=console", "PublicUrl: 'console' is not an address")]
    [InlineData("ClientID2=x", "ClientID2: there is no such setting")]
    public void Read_Fault_IsNamedWithItsKey(string setting, string fault)
    {
        var (options, faults) = Read([.. Usable, setting]);

        Assert.Null(options);
        Assert.Contains(fault, Assert.Single(faults), StringComparison.Ordinal);
        Assert.StartsWith("Gateway__Console__Oidc__", faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PlainHttpAllowed_IsTaken() =>
        Assert.NotNull(Read([.. Usable, "Authority=http://127.0.0.1:4000", "RequireHttpsMetadata=false"]).Options);

    private static (OidcOptions? Options, List<string> Faults) Read(params string[] settings)
    {
        var configuration = new ConfigurationManager();
        foreach (var setting in settings)
        {
            var (key, value) = setting.Split('=', 2) is [var k, var v] ? (k, v) : default;
            configuration[$"{OidcOptions.Section}:{key}"] = value;
        }

        var faults = new List<string>();
        return (OidcOptions.Read(configuration, faults), faults);
    }
}
