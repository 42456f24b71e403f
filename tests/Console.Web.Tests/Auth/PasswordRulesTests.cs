using ConsoleWeb.Auth;

namespace ConsoleWeb.Tests.Auth;

public class PasswordRulesTests
{
    [Theory]
    [InlineData("four words do fit")]
    [InlineData("mein Hund heißt Waldi")]
    [InlineData("долгий пароль тут")]
    [InlineData("xK9#vQ2$mL7!")]
    [InlineData("correct horse lamp post")]
    public void Check_LongAndUncommon_IsFine(string password) => Assert.Null(PasswordRules.Check(password, "ada"));

    [Theory]
    [InlineData("")]
    [InlineData("elevenchars")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("123456789012")]
    [InlineData("abcdefghijkl")]
    [InlineData("Password1234!")]
    [InlineData("passwordpassword")]
    [InlineData("adminadminadmin")]
    [InlineData("qwertyuiop123")]
    [InlineData("Welcome2026!!")]
    [InlineData("lovelace.1234")]
    public void Check_ShortOrGuessable_SaysSo(string password) => Assert.NotNull(PasswordRules.Check(password, "lovelace"));

    [Fact]
    public void Check_FarTooLong_SaysSo()
    {
        var password = string.Concat(Enumerable.Range(0, 1025).Select(i => (char)('a' + (i * 7 % 26))));

        Assert.NotNull(PasswordRules.Check(password, "ada"));
    }

    [Fact]
    public void Normalise_ComposedAndDecomposed_AreOne() =>
        Assert.Equal(PasswordRules.Normalise("caf\u00e9 au lait!"), PasswordRules.Normalise("cafe\u0301 au lait!"));
}
