using System.Net;
using ConsoleWeb.Auth;
using ConsoleWeb.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Auth;

public sealed class FirstTokenTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gatehouse-first-token");

    private string TokenPath => Path.Combine(_folder.FullName, "token");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task File_OfTheSettings_HoldsATokenOfTheseScopesForItsOwnerAlone()
    {
        await using var host = await TestHost.StartAsync($"{FirstToken.FileKey}={TokenPath}", $"{FirstToken.NameKey}=from the script", $"{FirstToken.ScopesKey}=config:read, logs:read");
        var token = (await File.ReadAllTextAsync(TokenPath, TestContext.Current.CancellationToken)).TrimEnd();
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, "/services", null, token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync(HttpMethod.Post, "/services", """{"name":"s","url":"http://s.example"}""", token)).Status);
        var row = Assert.Single(await ListAsync(host), t => t.Name == "from the script");
        Assert.Equal(["config:read", "logs:read"], row.Scopes);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenPath));
        }
    }

    [Fact]
    public async Task File_ThatHoldsOne_IsLeftAsItIs()
    {
        await File.WriteAllTextAsync(TokenPath, "kpat_of_an_earlier_start\n", TestContext.Current.CancellationToken);
        await using var host = await TestHost.StartAsync($"{FirstToken.FileKey}={TokenPath}");
        Assert.Equal("kpat_of_an_earlier_start\n", await File.ReadAllTextAsync(TokenPath, TestContext.Current.CancellationToken));
        Assert.Equal(["test"], (await ListAsync(host)).Select(t => t.Name));
    }

    [Theory]
    [InlineData("no/such/folder", "config:read")]
    [InlineData("", "config:everything")]
    public async Task Token_ThatCannotBeMadeOrKept_DoesNotExistAndStopsNothing(string folder, string scopes)
    {
        var path = Path.Combine(_folder.FullName, folder, "token");
        await using var host = await TestHost.StartAsync($"{FirstToken.FileKey}={path}", $"{FirstToken.ScopesKey}={scopes}");
        Assert.Equal(["test"], (await ListAsync(host)).Select(t => t.Name));
    }

    private static async Task<IEnumerable<TokenRow>> ListAsync(TestHost host) =>
        await host.Services.GetRequiredService<TokenService>().ListAsync(null, TestContext.Current.CancellationToken);
}
