using Gateway.Core.Plugins.BasicAuth;

namespace Gateway.Core.Tests.Plugins.BasicAuth;

public sealed class RecentSetTests
{
    [Fact]
    public void Set_ThatIsFull_ForgetsWhatWasNotAskedForLately()
    {
        var set = new RecentSet<int>(10);
        for (var item = 0; item < 1000; item++)
        {
            set.Add(item);
            Assert.True(set.Contains(0));
            Assert.True(set.Contains(item));
        }

        Assert.False(set.Contains(500));
        Assert.InRange(Enumerable.Range(1, 999).Count(set.Contains), 1, 10);
    }
}
