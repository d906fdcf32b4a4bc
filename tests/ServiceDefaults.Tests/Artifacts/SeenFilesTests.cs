using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

public sealed class SeenFilesTests
{
    private static readonly FileState _state = new(100, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
    private readonly SeenFiles _seen = new();

    [Fact]
    public void Begin_OfTheSameState_GoesOnWithWhatSomebodyBegan()
    {
        var first = _seen.Begin("a", Nothing(_state, blocks: 3));

        Assert.Same(first, _seen.Begin("a", Nothing(_state, blocks: 3)));
        Assert.NotSame(first, _seen.Begin("a", Nothing(_state with { Length = 101 }, blocks: 3)));
    }

    [Fact]
    public void Renewed_KeepsTheBlocksThatWereSeen()
    {
        var now = _state.ChangedAt.AddHours(2);
        _seen.Begin("a", Nothing(_state, blocks: 3)).Seen[1] = true;

        _seen.Renewed("a", _state, now);

        Assert.Equal(_state with { ChangedAt = now }, _seen.Find("a")!.State);
        Assert.Equal([false, true, false], _seen.Find("a")!.Seen);
    }

    [Fact]
    public void Renewed_FromAStateThatWasNotSeen_ChangesNothing()
    {
        _seen.Set("a", SeenFile.Whole(_state));

        _seen.Renewed("a", _state with { Length = 7 }, _state.ChangedAt.AddHours(2));

        Assert.Equal(_state, _seen.Find("a")!.State);
    }

    // 2^20 blocks, 4 TiB, take more than half of what is kept.
    [Fact]
    public void Set_BeyondWhatIsKept_ForgetsTheRest()
    {
        _seen.Begin("a", Nothing(_state, blocks: 1 << 20));
        _seen.Begin("b", Nothing(_state, blocks: 3));
        Assert.NotNull(_seen.Find("a"));

        _seen.Begin("c", Nothing(_state, blocks: 1 << 20));

        Assert.Null(_seen.Find("a"));
        Assert.Null(_seen.Find("b"));
        Assert.NotNull(_seen.Find("c"));
    }

    [Fact]
    public void Set_OfTheSameFileAgainAndAgain_ForgetsNothing()
    {
        _seen.Begin("b", Nothing(_state, blocks: 3));
        for (var i = 0; i < 10; i++)
        {
            _seen.Set("a", Nothing(_state with { Length = i }, blocks: 1 << 20));
        }

        Assert.NotNull(_seen.Find("b"));
    }

    private static SeenFile Nothing(FileState state, int blocks) =>
        SeenFile.Nothing(state, new BlockList("d", state.Length, new byte[blocks * 32]));
}
