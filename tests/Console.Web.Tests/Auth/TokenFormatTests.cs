using ConsoleWeb.Auth;

namespace ConsoleWeb.Tests.Auth;

public class TokenFormatTests
{
    [Fact]
    public void Checksum_PublishedVector_Holds() =>
        Assert.True(TokenFormat.HasChecksum("gwp_EXAMPLExNOTxAxREALxTOKENx000000el6GR"));

    [Fact]
    public void Create_Always_GivesPrefixDigitsAndChecksum()
    {
        var token = TokenFormat.Create();

        Assert.Matches("^kpat_[0-9A-Za-z]{49}$", token);
        Assert.True(TokenFormat.IsWellFormed(token));
        Assert.NotEqual(token, TokenFormat.Create());
    }

    [Fact]
    public void IsWellFormed_AnyOneCharacterChanged_IsFalse()
    {
        var token = TokenFormat.Create();

        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'x' ? 'y' : 'x') + token[(i + 1)..];
            Assert.False(TokenFormat.IsWellFormed(changed), changed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("kpat_")]
    [InlineData("kpat_' OR 1=1 --")]
    [InlineData("gwp_EXAMPLExNOTxAxREALxTOKENx000000el6GR")]
    public void IsWellFormed_SomethingElse_IsFalse(string token) => Assert.False(TokenFormat.IsWellFormed(token));

    [Fact]
    public void Hash_Always_IsSha256InHex()
    {
        var hash = TokenFormat.Hash("abc");

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hash);
    }
}
