import Scheduling
import SweepPlan
import Testing

@Suite struct TempTests {
    @Test func seed719() throws {
        var world = World(seed: 719)
        print("CLIMATE", world.climate)
        do { try world.run() } catch { print("FAULT", error) }
        for worker in world.workers { print("WORKER", worker.id, worker.lie, worker.isInvalid, worker.training as Any) }
        print("T", world.trainings)
    }
}
